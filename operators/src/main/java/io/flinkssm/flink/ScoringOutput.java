package io.flinkssm.flink;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringSink;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** An operator's outputs, with the time of the scored sample as time stamp. */
final class ScoringOutput implements ScoringSink {
  /** Side output of rejected records. */
  static final OutputTag<Rejection> REJECTED = new OutputTag<>("rejected", SsmTypeInfo.REJECTION);

  private final Output<?> output;
  private final TimestampedCollector<Score> scores;

  ScoringOutput(Output<StreamRecord<Score>> output) {
    this.output = output;
    scores = new TimestampedCollector<>(output);
  }

  @Override
  public void score(Score score) {
    scores.setAbsoluteTimestamp(Math.floorDiv(score.timeMicros(), 1000L));
    scores.collect(score);
  }

  @Override
  public void reject(Rejection rejection) {
    reject(output, rejection);
  }

  /** Sends a rejected record to the side output of any operator. */
  static void reject(Output<?> output, Rejection rejection) {
    output.collect(
        REJECTED, new StreamRecord<>(rejection, Math.floorDiv(rejection.timeMicros(), 1000L)));
  }
}
