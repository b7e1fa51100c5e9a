package io.flinkssm.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EcgTest {
  private static final Path FOLDER = Path.of("..", "samples", "ecg");

  @TempDir Path dir;

  @Test
  void isFiveMinutesAt360Hz() throws IOException {
    Ecg ecg = Ecg.read(FOLDER);

    assertThat(ecg.signal().sampleRateHz()).isEqualTo(360);
    assertThat(ecg.signal().seconds()).isEqualTo(300);
    // The first values that SciPy documents: -0.245, -0.215, -0.185 mV.
    assertThat(ecg.signal().samples()).startsWith(-245, -215, -185);
    List<Frame> frames = ecg.frames();
    assertThat(frames.stream().mapToInt(Frame::length).sum()).isEqualTo(108_000);
    assertThat(frames.get(0).startMicros()).isZero();
    assertThat(frames.get(1).startMicros()).isEqualTo(100_000);
    assertThat(frames.stream().filter(Frame::endOfSegment))
        .containsExactly(frames.get(frames.size() - 1));
  }

  /** A shift of the annotations by a tenth of a second would fail it. */
  @Test
  void beatsLieOnPeaksOfTheSignal() throws IOException {
    Ecg ecg = Ecg.read(FOLDER);
    float[] x = ecg.signal().samples();

    assertThat(ecg.oddBeats()).hasSize(151);
    assertThat(ecg.oddBeats().stream().map(Ecg.Beat::kind)).containsOnly("V", "F", "Q");
    assertThat(ecg.oddBeats().stream().mapToInt(Ecg.Beat::sample).toArray()).isSorted();
    long onPeaks =
        ecg.oddBeats().stream()
            .filter(beat -> Math.abs(highestNear(x, beat.sample(), 25) - beat.sample()) <= 6)
            .count();
    assertThat(onPeaks).isGreaterThan(130);
  }

  private static int highestNear(float[] x, int sample, int reach) {
    int highest = sample;
    for (int i = sample - reach; i <= sample + reach; i++) {
      highest = x[i] > x[highest] ? i : highest;
    }
    return highest;
  }

  @Test
  void aBeginningHasAKeyOfItsOwn() throws IOException {
    Ecg part = Ecg.read(FOLDER).beginning(20, "warm-up");

    assertThat(part.signal().seconds()).isEqualTo(20);
    assertThat(part.frames().get(0).key()).isEqualTo("warm-up");
    assertThat(part.oddBeats()).isNotEmpty().allMatch(beat -> beat.sample() < 7200);
  }

  @Test
  void namesTheLineThatIsNoBeat() throws IOException {
    Files.copy(FOLDER.resolve("208.wav"), dir.resolve("208.wav"));
    for (String bad : List.of("V,5672", "108000,V", "5672", "5672,V,1")) {
      Files.writeString(dir.resolve("beats.csv"), "sample,beat\n5672,V\n" + bad + "\n");

      assertThatThrownBy(() -> Ecg.read(dir))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("beats.csv, line 3 is \"" + bad + "\"", "below 108000");
    }
  }
}
