package io.flinkssm.benchmarks.detect;

/** What errors cost, beside the 1 that a hit earns at best. */
public enum NabProfile {
  STANDARD("standard", 0.11, 1),
  LOW_FP("low FP", 0.22, 1),
  LOW_FN("low FN", 0.11, 2);

  private final String title;
  private final double falseCost;
  private final double missCost;

  NabProfile(String title, double falseCost, double missCost) {
    this.title = title;
    this.falseCost = falseCost;
    this.missCost = missCost;
  }

  /** Cost of a detection far from every anomaly. */
  public double falseCost() {
    return falseCost;
  }

  /** Cost of an anomaly without detection. */
  public double missCost() {
    return missCost;
  }

  @Override
  public String toString() {
    return title;
  }
}
