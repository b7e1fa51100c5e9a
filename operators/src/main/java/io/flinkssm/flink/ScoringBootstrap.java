package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;

/**
 * What it takes to write a savepoint of the scoring operator without running its job: the operator
 * itself, to be run over history. Whatever it stores is stored in the same way, timers included.
 *
 * @param uid what savepoints know its state by
 * @param operator to be run once
 */
public record ScoringBootstrap(String uid, OneInputStreamOperator<Frame, Score> operator) {

  /**
   * For {@link SsmScoring#score}.
   *
   * @param options see {@link ScoringOptions}; {@code ssm.model.path} is required
   * @throws IllegalArgumentException naming the option that is missing or wrong
   */
  public static ScoringBootstrap ofScoring(ReadableConfig options) {
    return new ScoringBootstrap(
        ScoringState.UID,
        new ScoringOperator(
            ScoringOptions.scoring(options),
            BundleLimits.of(options),
            InitialModel.required(options, ModelLoader.ofFileSystem()),
            options.get(ScoringOptions.STATE_TTL)));
  }

  /**
   * For {@link SsmDetection#detect}.
   *
   * @param options see {@link DetectionOptions} and {@link ScoringOptions}
   * @throws IllegalArgumentException naming the option that is wrong
   */
  public static ScoringBootstrap ofDetection(ReadableConfig options) {
    return new ScoringBootstrap(ScoringState.DETECTION_UID, SsmDetection.operator(options));
  }

  /** The key that the state is kept by. */
  public static KeySelector<Frame, String> key() {
    return SsmScoring::key;
  }
}
