package io.flinkssm.flink;

import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.stream.WindowRules;
import java.io.Serializable;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What the rescoring operator is told besides the rules of scoring.
 *
 * @param windows how segments are cut
 * @param method how windows are computed
 * @param precision in which element type
 * @param joins whether there are streaming scores to wait for
 * @param waitMillis event time to wait for them
 * @param divergenceMax largest difference that is rounding
 * @param kernelPeriodMillis processing time from one summary of the kernels to the next, 0 for only
 *     one
 * @param releasesPeriodMillis processing time from one look for new releases to the next, 0 for
 *     only one
 */
record RescoringRules(
    WindowRules windows,
    ConvolutionMethod method,
    Precision precision,
    boolean joins,
    long waitMillis,
    double divergenceMax,
    long kernelPeriodMillis,
    long releasesPeriodMillis)
    implements Serializable {

  RescoringRules {
    if (waitMillis < 0) {
      throw new IllegalArgumentException("rescore.wait is negative; expected 0 or more");
    }
    if (!(divergenceMax >= 0)) {
      throw new IllegalArgumentException(
          "rescore.divergence.max is "
              + divergenceMax
              + ": every window would diverge; use 0 or"
              + " more");
    }
    if (kernelPeriodMillis < 0) {
      throw new IllegalArgumentException("rescore.kernel.period is negative; expected 0 or more");
    }
    if (releasesPeriodMillis < 0) {
      throw new IllegalArgumentException("rescore.releases.period is negative; expected 0 or more");
    }
  }

  /** The rules of the options. */
  static RescoringRules of(ReadableConfig options, boolean joins) {
    return new RescoringRules(
        RescoringOptions.windows(options),
        options.get(RescoringOptions.METHOD),
        options.get(RescoringOptions.PRECISION),
        joins,
        options.get(RescoringOptions.WAIT).toMillis(),
        options.get(RescoringOptions.DIVERGENCE_MAX),
        options.get(RescoringOptions.KERNEL_PERIOD).toMillis(),
        options.get(RescoringOptions.RELEASES_PERIOD).toMillis());
  }
}
