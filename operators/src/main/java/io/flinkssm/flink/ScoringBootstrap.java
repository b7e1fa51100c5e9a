package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;

/** What it takes to write a savepoint of the scoring operator without running its job. */
public final class ScoringBootstrap {

  private ScoringBootstrap() {}

  /**
   * The scoring operator itself, to be run over history: whatever it stores is stored in the same
   * way, timers included. {@link ScoringState#UID} is the name of its state.
   *
   * @param options see {@link ScoringOptions}; {@code ssm.model.path} is required
   * @throws IllegalArgumentException naming the option that is missing or wrong
   */
  public static OneInputStreamOperator<Frame, Score> operator(ReadableConfig options) {
    return new ScoringOperator(
        ScoringOptions.scoring(options),
        BundleLimits.of(options),
        InitialModel.required(options, ModelLoader.ofFileSystem()),
        options.get(ScoringOptions.STATE_TTL));
  }

  /** The key that the state is kept by. */
  public static KeySelector<Frame, String> key() {
    return SsmScoring::key;
  }
}
