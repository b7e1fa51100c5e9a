package io.flinkssm.benchmarks.detect;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.state.RandomCutForestMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;

/**
 * A Random Cut Forest with its library's defaults, but for trees and shingle: each sample is scored
 * by the forest of those before it, then learnt.
 */
public final class RandomCutForestDetector implements OnlineDetector {
  private final RandomCutForest forest;

  /**
   * An empty forest.
   *
   * @param channels values per sample
   * @param trees the library's default is 50
   * @param shingle consecutive samples that make a point; the library's default is 1
   */
  public RandomCutForestDetector(int channels, int trees, int shingle, long seed) {
    forest =
        RandomCutForest.builder()
            .dimensions(channels * shingle)
            .shingleSize(shingle)
            .internalShinglingEnabled(shingle > 1)
            .numberOfTrees(trees)
            .randomSeed(seed)
            .build();
  }

  @Override
  public double score(long timeMicros, float[] sample) {
    double score = forest.getAnomalyScore(sample);
    forest.update(sample);
    return score;
  }

  /** Bytes of the state that the library makes of a forest, in Java's serialization. */
  public long stateBytes() {
    RandomCutForestMapper mapper = new RandomCutForestMapper();
    mapper.setSaveExecutorContextEnabled(true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(mapper.toState(forest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.size();
  }
}
