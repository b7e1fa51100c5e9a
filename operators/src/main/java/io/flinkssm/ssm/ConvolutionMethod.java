package io.flinkssm.ssm;

/** How a whole window is computed; the result is the same to rounding. */
public enum ConvolutionMethod {
  /** Per layer what {@link ConvolutionPlan} expects to be faster. */
  AUTO,
  /** Kernels and Fourier transforms: a computation independent of the recurrence. */
  FFT,
  /** The blocked recurrence. */
  RECURRENCE
}
