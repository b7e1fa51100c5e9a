package io.flinkssm.flink;

import io.flinkssm.stream.Release;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * What has been released so far, read where the operator runs, before it scores its first frame.
 *
 * <p>The stream of releases and the stream of frames race each other: a job that replays old frames
 * would score some before it hears of the releases that were in force then. With the history it
 * knows them from the start, so that a replay gives what the first run gave. Every parallel
 * instance calls it once when it opens, after a restore too.
 */
@FunctionalInterface
public interface ReleaseHistory extends Serializable {

  /**
   * All releases up to now, in any order; releases of other models are passed over.
   *
   * @throws IOException if they cannot be read; the job tries again by its restart strategy
   */
  List<Release> read() throws IOException;

  /** Knows of nothing: right where all releases of the stream come before the first frame. */
  static ReleaseHistory none() {
    return List::of;
  }
}
