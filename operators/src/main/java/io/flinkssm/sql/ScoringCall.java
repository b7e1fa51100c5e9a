package io.flinkssm.sql;

import io.flinkssm.flink.HostedScorer;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.stream.ScoringConfig;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.MetricGroup;

/**
 * What one call of a function has come to: everything that the task managers need to know of it.
 *
 * @param options complete, the model included
 * @param columns of the input
 * @param detects whether anomalies are detected, else a model scores
 */
record ScoringCall(Configuration options, FrameColumns columns, boolean detects)
    implements Serializable {

  /**
   * Whether a segment that is still open at the end of input gets a final row. For a detector that
   * would be its last row once more, unless it is to say nothing else.
   */
  boolean endsWithInput() {
    return !detects || options.get(ScoringOptions.EMIT_POLICY) == ScoringConfig.Emit.SEGMENT_END;
  }

  HostedScorer open(MetricGroup metrics) throws IOException {
    return detects
        ? HostedScorer.detection(options, metrics)
        : HostedScorer.scoring(options, metrics);
  }
}
