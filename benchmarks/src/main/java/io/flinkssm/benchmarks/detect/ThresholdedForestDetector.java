package io.flinkssm.benchmarks.detect;

import com.amazon.randomcutforest.parkservices.AnomalyDescriptor;
import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;

/**
 * The forest that its library puts a threshold on, with the library's defaults, but for trees and
 * shingle. Its score is the anomaly grade: 0 where the library sees none, else up to 1.
 */
public final class ThresholdedForestDetector implements OnlineDetector {
  private final int channels;
  private final ThresholdedRandomCutForest forest;

  /** An empty forest; parameters as of {@link RandomCutForestDetector}. */
  public ThresholdedForestDetector(int channels, int trees, int shingle, long seed) {
    this.channels = channels;
    forest =
        ThresholdedRandomCutForest.builder()
            .dimensions(channels * shingle)
            .shingleSize(shingle)
            .numberOfTrees(trees)
            .randomSeed(seed)
            .build();
  }

  @Override
  public double score(long timeMicros, float[] sample) {
    double[] values = new double[channels];
    for (int c = 0; c < channels; c++) {
      values[c] = sample[c];
    }
    AnomalyDescriptor descriptor = forest.process(values, timeMicros);
    return descriptor.getAnomalyGrade();
  }
}
