package io.flinkssm.flink;

import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;

/** Makes releases of toy models. */
final class Releases {
  private Releases() {}

  /** Toy model of a version, from a time on, with a new segment. */
  static Release toy(String version, long activateAtMicros) {
    return toy(version, activateAtMicros, StatePolicy.RESET);
  }

  static Release toy(String version, long activateAtMicros, StatePolicy policy) {
    return new Release(
        "toy", version, "toy:" + version, "00" + version, activateAtMicros, policy, 0);
  }
}
