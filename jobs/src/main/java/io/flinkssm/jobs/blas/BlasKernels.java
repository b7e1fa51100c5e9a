package io.flinkssm.jobs.blas;

import io.flinkssm.simd.Activation;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Taps;

/**
 * Other kernels, but with position-wise linear maps by ND4J where matrices and blocks are large.
 *
 * <p>Equal to those others up to rounding. What comes out depends on ND4J and the processor, not on
 * how often or when: products run on one thread.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class BlasKernels<A> implements Kernels<A> {
  private final Kernels<A> others;
  private final Nd4j nd4j;

  /**
   * Kernels with products by ND4J.
   *
   * @param others do all else
   * @throws IllegalStateException if ND4J cannot run here, saying why
   */
  public BlasKernels(Kernels<A> others) {
    this.others = others;
    nd4j = Nd4j.get();
  }

  @Override
  public String name() {
    return others.name() + "+blas";
  }

  @Override
  public int elementBytes() {
    return others.elementBytes();
  }

  @Override
  public A allocate(int length) {
    return others.allocate(length);
  }

  @Override
  public int length(A array) {
    return others.length(array);
  }

  @Override
  public double get(A array, int index) {
    return others.get(array, index);
  }

  @Override
  public void set(A array, int index, double value) {
    others.set(array, index, value);
  }

  @Override
  public void copy(A from, int fromOffset, A to, int toOffset, int length) {
    others.copy(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void fromDouble(double[] from, int fromOffset, A to, int toOffset, int length) {
    others.fromDouble(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void toDouble(A from, int fromOffset, double[] to, int toOffset, int length) {
    others.toDouble(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void fromFloat(float[] from, int fromOffset, A to, int toOffset, int length) {
    others.fromFloat(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void clear(A array, int offset, int length) {
    others.clear(array, offset, length);
  }

  @Override
  public void flushTiny(A array, int offset, int length) {
    others.flushTiny(array, offset, length);
  }

  @Override
  public Scan<A> scan(DiscreteSystem system) {
    return others.scan(system);
  }

  @Override
  public Linear<A> linear(double[] weight, double[] bias, int in, int out) {
    return BlasLinear.of(nd4j, others, others.linear(weight, bias, in, out), weight, bias);
  }

  @Override
  public Convolution<A> convolution(Taps taps, int points) {
    return others.convolution(taps, points);
  }

  @Override
  public void add(A x, A y, int length) {
    others.add(x, y, length);
  }

  @Override
  public void combine(double alpha, A x, double beta, A y, int length) {
    others.combine(alpha, x, beta, y, length);
  }

  @Override
  public void activate(Activation activation, A x, int length) {
    others.activate(activation, x, length);
  }

  @Override
  public void glu(A ab, A y, int rows, int width) {
    others.glu(ab, y, rows, width);
  }

  @Override
  public void layerNorm(A x, int rows, int width, A scale, A shift, double eps) {
    others.layerNorm(x, rows, width, scale, shift, eps);
  }

  @Override
  public void affine(A x, int rows, int width, A scale, A shift) {
    others.affine(x, rows, width, scale, shift);
  }

  @Override
  public void accumulate(A x, int from, int rows, int width, A sums, int offset) {
    others.accumulate(x, from, rows, width, sums, offset);
  }

  @Override
  public void quotient(A sums, int offset, int width, double divisor, A y, int to) {
    others.quotient(sums, offset, width, divisor, y, to);
  }
}
