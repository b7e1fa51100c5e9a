package io.flinkssm.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.detect.Detector;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.simd.Kernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a stored state says to people. */
class DetectionLearnedTest {
  private final Detector detector = Detector.of(DetectorConfig.of(2));
  private final double[] learned =
      new double[detector.discretize(1, Kernels.float64()).stateLength()];

  @Test
  void whatWasLearnedIsReadWithAForecasterBeforeItAndWithout() {
    Arrays.setAll(learned, i -> i + 1);
    assertThat(Detection.learned(state(learned)))
        .isNotEmpty()
        .usingRecursiveComparison()
        .isEqualTo(detector.describe(learned));

    double[] behindForecaster = new double[3 + learned.length];
    System.arraycopy(learned, 0, behindForecaster, 3, learned.length);
    assertThat(Detection.learned(state(behindForecaster)))
        .usingRecursiveComparison()
        .isEqualTo(detector.describe(learned));
  }

  @Test
  void nothingIsLearnedBetweenSegmentsAndOtherStatesAreRefused() {
    assertThat(Detection.learned(new KeyState<double[]>())).isEmpty();
    assertThatThrownBy(() -> Detection.learned(state(new double[learned.length - 1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected " + learned.length);
    assertThatThrownBy(() -> Detection.learned(state(new float[learned.length])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32");
  }

  private static <A> KeyState<A> state(A recurrence) {
    KeyState<A> state = new KeyState<>();
    state.position = 1;
    state.lastSample = new float[2];
    state.recurrence = recurrence;
    return state;
  }
}
