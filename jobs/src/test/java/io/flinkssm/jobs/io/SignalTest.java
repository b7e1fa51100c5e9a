package io.flinkssm.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.stream.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalTest {

  private static final Signal SIGNAL =
      new Signal("s", 8000, 1, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

  @Test
  void keepsEveryKthSample() {
    assertThat(SIGNAL.decimate(4).samples()).containsExactly(0, 4, 8, 12);
    assertThat(SIGNAL.decimate(4).sampleRateHz()).isEqualTo(2000);
    assertThat(new Signal("s", 6, 2, new float[] {1, 2, 3, 4, 5, 6}).decimate(2).samples())
        .containsExactly(1, 2, 5, 6);
  }

  @Test
  void scalesByDecibels() {
    assertThat(SIGNAL.gain(-20).samples()[10]).isCloseTo(1, within(1e-6f));
    assertThat(SIGNAL.gain(0).samples()).containsExactly(SIGNAL.samples());
  }

  @Test
  void cutsIntoFramesThatJoinWithoutGaps() {
    List<Frame> frames = FrameCutter.cut(SIGNAL, 1_000_000, 5, true);

    assertThat(frames).extracting(Frame::length).containsExactly(5, 5, 3);
    assertThat(frames).extracting(Frame::startMicros).containsExactly(1000000L, 1000625L, 1001250L);
    assertThat(frames).extracting(Frame::endOfSegment).containsExactly(false, false, true);
    assertThat(frames.get(2).samples()).containsExactly(10, 11, 12);
  }

  @Test
  void refusesWhatIsNoRecording() {
    assertThatThrownBy(() -> new Signal("s", 0, 1, new float[1])).hasMessageContaining("0.0 Hz");
    assertThatThrownBy(() -> new Signal("s", 8, 3, new float[7]))
        .hasMessageContaining("7 values")
        .hasMessageContaining("3 channels");
    assertThatThrownBy(() -> FrameCutter.cut(SIGNAL, 0, 0, true))
        .hasMessageContaining("at least 1");
  }
}
