package io.flinkssm.stream;

import io.flinkssm.detect.Detector;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.simd.Kernels;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * Anomaly detection of the signals of any number of keys: the rules that suit a {@link Detector},
 * and the scorer that steps it. The operator and whoever works without Flink start here, so that
 * both score alike.
 */
public final class Detection {

  private Detection() {}

  /**
   * Rules of scoring with the defaults of detection. They differ from those of models where it
   * matters that a detector learns for as long as a key lives: intervals are taken as they come, so
   * no gap ends a segment and no rate needs to be stated; silence ends none either; statistics are
   * kept in float64; and every sample is emitted.
   */
  public static ScoringConfig.Builder rules() {
    return ScoringConfig.builder()
        .sampling(ScoringConfig.Sampling.IRREGULAR)
        .precision(ScoringConfig.Precision.FLOAT64)
        .idleTimeout(Duration.ZERO)
        .emit(ScoringConfig.Emit.SAMPLES)
        .emitEvery(1);
  }

  /**
   * Checks that a detector can be run by some rules.
   *
   * @return the rules
   * @throws IllegalArgumentException naming the rule, what would go wrong and the remedy
   */
  public static ScoringConfig check(ScoringConfig rules) {
    if (rules.precision() != ScoringConfig.Precision.FLOAT64) {
      throw new IllegalArgumentException(
          "precision is "
              + rules.precision()
              + ": a detector keeps statistics of all that a key has seen, which float32 would round"
              + " away; leave precision out, or set it to float64");
    }
    return rules;
  }

  /**
   * A scorer that detects.
   *
   * @throws IllegalArgumentException if the detector cannot be run by the rules, see {@link #check}
   */
  public static Scorer<double[]> scorer(
      DetectorConfig config, ScoringConfig rules, ScoringCounters counters) {
    return new Scorer<>(Detector.of(config), Kernels.float64(), check(rules), counters);
  }

  /**
   * What a detector has learned of a key, for people to read; see {@link Detector#describe}. Of one
   * that has a forecaster, what it has learned besides.
   *
   * @return empty if no segment of the key is open, so that nothing is known of it
   * @throws IllegalArgumentException if the state is not one of this version's detector
   */
  public static Map<String, Object> learned(KeyState<?> state) {
    if (!state.isOpen()) {
      return Map.of();
    }
    if (!(state.recurrence instanceof double[] recurrence)) {
      throw new IllegalArgumentException("the state is of float32, so it is not a detector's");
    }
    Detector detector = Detector.of(DetectorConfig.of(state.lastSample.length));
    int length = detector.discretize(1, Kernels.float64()).stateLength();
    // The state of a forecaster stands before that of its detector.
    int before = Math.max(recurrence.length - length, 0);
    return detector.describe(Arrays.copyOfRange(recurrence, before, recurrence.length));
  }
}
