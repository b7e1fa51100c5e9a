package io.flinkssm.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalCsvTest {

  @TempDir Path dir;

  private static final SignalCsv ALL = new SignalCsv(List.of(), OptionalDouble.empty(), 100, 3);

  @Test
  void rowsWithoutTimesAreConsecutiveSamplesCutIntoFrames() throws IOException {
    List<Frame> frames = read(ALL, file("x,y\n1,2\n3,4\n5,6\n7,\n"));

    assertThat(frames).hasSize(2);
    assertThat(frames.get(0).key()).isEqualTo("signal");
    assertThat(frames.get(0).sampleRateHz()).isEqualTo(100);
    assertThat(frames.get(0).samples()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(frames.get(0).endOfSegment()).isFalse();
    assertThat(frames.get(1).startMicros()).isEqualTo(30_000);
    assertThat(frames.get(1).samples()).containsExactly(7, Float.NaN);
    assertThat(frames.get(1).endOfSegment()).isTrue();
  }

  @Test
  void rowsWithTimesKeepThemAndGiveTheRate() throws IOException {
    List<Frame> frames =
        read(
            ALL,
            file(
                """
                datetime;v
                2020-02-08 19:16:28;1
                2020-02-08 19:16:30;2
                2020-02-08T19:16:32Z;3
                2020-02-08 20:00:00;4
                2020-02-08 20:00:02.5;5
                """));

    assertThat(frames).hasSize(5).allMatch(f -> f.length() == 1);
    assertThat(frames.get(0).startMicros()).isEqualTo(1_581_189_388_000_000L);
    assertThat(frames.get(1).startMicros() - frames.get(0).startMicros()).isEqualTo(2_000_000);
    assertThat(frames.get(4).startMicros() - frames.get(3).startMicros()).isEqualTo(2_500_000);
    assertThat(frames).allSatisfy(f -> assertThat(f.sampleRateHz()).isCloseTo(0.5, within(0.11)));
  }

  @Test
  void aKeyColumnTellsSignalsApart() throws IOException {
    List<Frame> frames = read(ALL, file("key\tv\na\t1\nb\t2\na\t3\n"));

    assertThat(frames).extracting(Frame::key).containsExactly("a", "b");
    assertThat(frames.get(0).samples()).containsExactly(1, 3);
    assertThat(frames).allMatch(Frame::endOfSegment);
  }

  @Test
  void takesTheColumnsAskedForInTheirOrder() throws IOException {
    SignalCsv reader = new SignalCsv(List.of("c", "a"), OptionalDouble.of(7), 100, 10);

    List<Frame> frames = read(reader, file("a,b,c\n1,2,3\n"));

    assertThat(frames.get(0).samples()).containsExactly(3, 1);
    assertThat(frames.get(0).sampleRateHz()).isEqualTo(7);
  }

  @Test
  void namesWhatIsWrongAndWhere() {
    assertWrong("a,b\n1,2\n3,x\n", "line 3", "column \"b\"", "\"x\" is not a number");
    assertWrong("a,b\n1\n", "1 cells; the header has 2");
    assertWrong("time,b\nyesterday,1\n", "line 2", "column \"time\"", "\"yesterday\"");
    assertWrong("a,b\n", "no rows");
    assertWrong("", "empty");
    assertWrong("a,a\n1,2\n", "bad header", "occurs twice");
    assertWrong("0.5,1\n1,2\n", "bad header", "numbers only");
    assertWrong("a,\n1,2\n", "bad header", "no name");
    assertWrong("time,b\n5,1\n5,1\n5,2\n", "do not increase", "--rate");
    assertWrong("time,b\n1769853600000,1\n", "line 2", "milliseconds");
    assertWrong("time,key\n1,2\n", "no column with values");
    SignalCsv missing = new SignalCsv(List.of("z"), OptionalDouble.empty(), 100, 10);
    assertThatThrownBy(() -> read(missing, file("a,b\n1,2\n")))
        .hasMessageContaining("no column \"z\"; has [a, b]");
  }

  @Test
  void theRateIsFinerThanTheTimes() throws IOException {
    StringBuilder csv = new StringBuilder("time,v\n");
    for (int i = 0; i < 301; i++) {
      // 6 kHz, rounded to microseconds, with a gap of a second.
      long micros = Math.round(i * 1e6 / 6000) + (i < 200 ? 0 : 1_000_000);
      csv.append(micros / 1e6).append(",1\n");
    }

    assertThat(read(ALL, file(csv.toString())).get(0).sampleRateHz()).isCloseTo(6000, within(1.0));
  }

  @Test
  void understandsWhatSpreadsheetsWrite() throws IOException {
    List<Frame> frames = read(ALL, file("\uFEFFkey;v\na;1\n"));

    assertThat(frames).extracting(Frame::key).containsExactly("a");
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    Path file = Files.write(dir.resolve("signal.csv"), new byte[] {'v', '\n', (byte) 0xF6, '\n'});

    assertThatThrownBy(() -> read(ALL, file)).hasMessageContainingAll("signal.csv", "UTF-8");
  }

  private static List<Frame> read(SignalCsv reader, Path file) throws IOException {
    List<Frame> frames = new ArrayList<>();
    reader.read(file, "signal", frames::add);
    return frames;
  }

  private void assertWrong(String content, String... parts) {
    assertThatThrownBy(() -> read(ALL, file(content)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("signal.csv")
        .hasMessageContainingAll(parts);
  }

  private Path file(String content) throws IOException {
    return Files.writeString(dir.resolve("signal.csv"), content);
  }
}
