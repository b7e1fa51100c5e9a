package io.flinkssm.benchmarks.detect;

/**
 * A recorded signal, as detectors get to see it.
 *
 * @param name of the file, below the folder of the benchmark
 * @param timesMicros of each sample, microseconds since the epoch
 * @param samples {@code [row][channel]}
 */
public record Recording(String name, long[] timesMicros, float[][] samples) {

  public Recording {
    if (samples.length == 0 || timesMicros.length != samples.length) {
      throw new IllegalArgumentException(
          name
              + " has "
              + timesMicros.length
              + " times and "
              + samples.length
              + " samples, expected as many, at least one");
    }
  }

  /** Number of samples. */
  public int length() {
    return samples.length;
  }

  /** Values per sample. */
  public int channels() {
    return samples[0].length;
  }

  /** The score of each sample, by a detector that has seen nothing yet. */
  public double[] scoredBy(OnlineDetector detector) {
    double[] scores = new double[samples.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = detector.score(timesMicros[i], samples[i]);
    }
    return scores;
  }
}
