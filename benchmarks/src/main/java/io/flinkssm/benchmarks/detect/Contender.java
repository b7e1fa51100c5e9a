package io.flinkssm.benchmarks.detect;

import io.flinkssm.detect.Anomaly;
import java.util.List;
import java.util.stream.Stream;

/**
 * One of the detectors that are compared.
 *
 * @param name as tables show it
 * @param random whether the seed matters
 */
public record Contender(String name, boolean random, Factory factory) {

  /** Makes detectors for one recording each. */
  @FunctionalInterface
  public interface Factory {
    OnlineDetector create(int channels, long seed);
  }

  /** This project's detector: how unusual each sample is. */
  public static final Contender SCORE =
      new Contender("detector", false, (c, seed) -> new SsmDetector(c, Anomaly::score));

  /** This project's detector: each anomaly said once. */
  public static final Contender ALERT =
      new Contender("detector, alerts", false, (c, seed) -> new SsmDetector(c, Anomaly::alert));

  /** Random Cut Forest with its library's defaults, and with twice the trees. */
  public static final List<Contender> FORESTS = List.of(forest(50, 1), forest(100, 1));

  /** The same with points of eight samples, and what the library builds on its forest. */
  public static final List<Contender> OTHER_FORESTS =
      List.of(forest(50, 8), forest(100, 8), thresholded(8));

  private static Contender forest(int trees, int shingle) {
    return new Contender(
        "RCF, %d trees, shingle %d".formatted(trees, shingle),
        true,
        (c, seed) -> new RandomCutForestDetector(c, trees, shingle, seed));
  }

  private static Contender thresholded(int shingle) {
    return new Contender(
        "thresholded RCF, shingle %d, grade".formatted(shingle),
        true,
        (c, seed) -> new ThresholdedForestDetector(c, 50, shingle, seed));
  }

  /** All forests. */
  public static Stream<Contender> forests() {
    return Stream.of(FORESTS, OTHER_FORESTS).flatMap(List::stream);
  }
}
