package io.flinkssm.jobs.capacity;

import java.time.Duration;

/**
 * What a job is to carry, and how it is set up.
 *
 * @param keys signals at once
 * @param rateHz samples a second of each
 * @param frame samples in a frame
 * @param rocksdb whether state lives in RocksDB instead of on the heap
 * @param bundle frames of one key that share one access to its state; 1 without bundling
 * @param checkpointInterval from one checkpoint to the next
 */
public record Load(
    long keys, double rateHz, int frame, boolean rocksdb, int bundle, Duration checkpointInterval) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException naming the first that makes no sense
   */
  public Load {
    positive("keys", (double) keys);
    positive("rate", rateHz);
    positive("frame", frame);
    positive("bundle", bundle);
    positive("checkpoint interval", (double) checkpointInterval.toMillis());
  }

  private static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + "; expected a positive number");
    }
  }

  /** Frames a second of all keys. */
  double framesPerSecond() {
    return (double) keys * rateHz / frame;
  }
}
