package io.flinkssm.stream;

/** Where scores and rejected records go, in the order they arise. */
public interface ScoringSink {

  /** Takes a score. */
  void score(Score score);

  /** Takes a record that could not be used. */
  void reject(Rejection rejection);
}
