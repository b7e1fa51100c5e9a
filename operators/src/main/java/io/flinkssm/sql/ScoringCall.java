package io.flinkssm.sql;

import io.flinkssm.flink.HostedScorer;
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

  HostedScorer open(MetricGroup metrics) throws IOException {
    return detects
        ? HostedScorer.detection(options, metrics)
        : HostedScorer.scoring(options, metrics);
  }
}
