package io.flinkssm.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClipCatalogueTest {

  private static final List<String> LABELS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");

  @Test
  void everyDigitMeetsEveryRateAndGainOnce() throws IOException {
    List<Clip> clips = catalogue().clips(ClipCatalogue.DISTINCT);

    assertThat(clips).hasSize(160);
    assertThat(clips.stream().map(Clip::key).distinct()).hasSize(160);
    assertThat(
            clips.stream()
                .map(c -> c.label() + c.rates() + c.gainDecibels())
                .collect(Collectors.toSet()))
        .hasSize(160);
    assertThat(clips.stream().map(Clip::rates).distinct())
        .containsExactlyInAnyOrder("8 kHz", "4 kHz", "2 kHz", "8 → 4 kHz");
  }

  @Test
  void framesJoinWithoutGapsAcrossARateChange() throws IOException {
    Clip clip = catalogue().clips(40).stream().filter(Clip::changesRate).findFirst().orElseThrow();

    double expected = clip.startMicros();
    for (Frame frame : clip.frames()) {
      assertThat((double) frame.startMicros()).isBetween(expected - 1, expected + 1);
      expected += frame.length() * 1e6 / frame.sampleRateHz();
    }
    List<Frame> frames = clip.frames();
    assertThat(frames.stream().map(Frame::sampleRateHz).distinct()).containsExactly(8000.0, 4000.0);
    assertThat(frames.stream().filter(Frame::endOfSegment)).hasSize(1);
    assertThat(frames.get(frames.size() - 1).endOfSegment()).isTrue();
    assertThat(frames.stream().mapToInt(Frame::length).sum()).isEqualTo(clip.samples());
  }

  @Test
  void refusesAModelThatDoesNotNameDigits() {
    assertThatThrownBy(() -> ClipCatalogue.read(Samples.digits(), List.of("cat", "dog")))
        .hasMessageContaining("[cat, dog]");
  }

  private static ClipCatalogue catalogue() throws IOException {
    return ClipCatalogue.read(Samples.digits(), LABELS);
  }

  /** The samples of the checkout; tests run in the module's folder. */
  private static final class Samples {
    static Path digits() {
      return Path.of("..", "samples", "digits");
    }
  }
}
