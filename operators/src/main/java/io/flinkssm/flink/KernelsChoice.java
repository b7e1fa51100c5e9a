package io.flinkssm.flink;

import io.flinkssm.simd.Kernels;
import java.io.Serializable;

/**
 * What an operator computes with, said by the job that builds it: shipped with the operator, and
 * asked where it opens, and for each released model.
 */
@FunctionalInterface
public interface KernelsChoice extends Serializable {

  /**
   * The kernels to use.
   *
   * @param usual those of this JVM and the configured precision
   * @return of the same precision
   * @throws IllegalStateException if what was asked for cannot run here
   */
  <A> Kernels<A> of(Kernels<A> usual);

  /** The usual ones. */
  static KernelsChoice usual() {
    return KernelsChoice::same;
  }

  private static <A> Kernels<A> same(Kernels<A> usual) {
    return usual;
  }
}
