package io.flinkssm.ssm;

/**
 * How one window of one bank of systems is transformed.
 *
 * @param samples of the window
 * @param taps length of the kernels
 * @param points length of the transforms, a power of two
 * @param memory samples after which nothing is left of a state, at most {@code samples}
 */
record ConvolutionShape(int samples, int taps, int points, int memory) {

  /** A window in one transform of the next power of two. */
  static ConvolutionShape of(int samples) {
    int points = CausalConvolution.points(samples);
    return new ConvolutionShape(samples, points, points, samples);
  }

  /** Transforms in either direction for each channel. */
  int blocks() {
    return (int) Math.ceil((double) samples / points);
  }
}
