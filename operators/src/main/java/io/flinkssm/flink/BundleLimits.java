package io.flinkssm.flink;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How much the operator bundles.
 *
 * @param maxFrames frames that are scored together at most; 1 for no bundling
 * @param maxLatency processing time that a frame waits for others at most
 */
record BundleLimits(int maxFrames, Duration maxLatency) implements Serializable {
  /**
   * Values after which a bundle of long frames counts as full: they gain nothing, and cost heap.
   */
  private static final long MAX_VALUES = 1 << 20;

  BundleLimits {
    if (maxFrames < 1) {
      throw new IllegalArgumentException(
          ScoringOptions.BUNDLE_MAX_FRAMES.key()
              + " is "
              + maxFrames
              + ": no frame would ever be scored; use 1 for no bundling, or more");
    }
    if (maxFrames > 1 && maxLatency.toMillis() < 1) {
      throw new IllegalArgumentException(
          ScoringOptions.BUNDLE_MAX_LATENCY.key()
              + " is "
              + maxLatency
              + ": bundles would be scored before a second frame arrives; use at least 1 ms, or "
              + ScoringOptions.BUNDLE_MAX_FRAMES.key()
              + "=1 for no bundling");
    }
  }

  /**
   * The limits in a configuration.
   *
   * @throws IllegalArgumentException naming the option, the consequence and the remedy
   */
  static BundleLimits of(ReadableConfig options) {
    return new BundleLimits(
        options.get(ScoringOptions.BUNDLE_MAX_FRAMES),
        options.get(ScoringOptions.BUNDLE_MAX_LATENCY));
  }

  /** Whether a bundle of so many frames and sample values is to be scored at once. */
  boolean full(int frames, long values) {
    return frames >= maxFrames || values >= MAX_VALUES;
  }
}
