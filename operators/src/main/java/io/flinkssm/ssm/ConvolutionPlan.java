package io.flinkssm.ssm;

import io.flinkssm.simd.Kernels;
import java.util.Locale;

/**
 * How one bank of systems computes one window, and why: Fourier transforms or recurrence, whichever
 * {@link ConvolutionCosts} expects to be faster. A function of shapes and provider alone, so that a
 * replay gives the same bits.
 *
 * <p>Kernels count as made: the first window of a length pays for them once, and a plan that asked
 * whether they are there would depend on what came before.
 *
 * <p><b>Break-even.</b> The recurrence grows with the state size N, the transforms with the
 * logarithm of the window: see {@link ConvolutionCosts} for where they meet.
 *
 * @param method {@link ConvolutionMethod#FFT} or {@link ConvolutionMethod#RECURRENCE}
 * @param reason for people, without the method's name
 */
public record ConvolutionPlan(ConvolutionMethod method, String reason) {

  /**
   * Plans one window.
   *
   * @param samples of the window, at least 1
   * @param carriesState whether it starts from a state and leaves one; transforms then need two
   *     passes of the recurrence besides, one for the response to the state and one to move it
   * @param wanted a method to force, or {@link ConvolutionMethod#AUTO}
   * @throws UnsupportedOperationException if the recurrence is forced and there is none
   */
  public static ConvolutionPlan of(
      StateSpace system,
      Kernels<?> kernels,
      int samples,
      boolean carriesState,
      ConvolutionMethod wanted) {
    return of(
        system,
        ConvolutionCosts.of(kernels, system),
        kernels.name(),
        samples,
        carriesState,
        wanted);
  }

  static ConvolutionPlan of(
      StateSpace system,
      ConvolutionCosts costs,
      String provider,
      int samples,
      boolean carriesState,
      ConvolutionMethod wanted) {
    if (!system.streams()) {
      if (wanted == ConvolutionMethod.RECURRENCE) {
        throw new UnsupportedOperationException(
            "the recurrence is asked for, but " + system.whyNotStreaming());
      }
      return new ConvolutionPlan(
          ConvolutionMethod.FFT, "there is no recurrence: " + system.whyNotStreaming());
    }
    if (wanted != ConvolutionMethod.AUTO) {
      return new ConvolutionPlan(wanted, "as asked");
    }
    double recurrence = costs.recurrence(system, samples);
    double transforms = costs.transforms(system, samples) + (carriesState ? 2 * recurrence : 0);
    boolean fft = transforms < recurrence;
    String reason =
        String.format(
            Locale.ROOT,
            "for %d samples %s expects %.3g ms of transforms%s and %.3g ms of recurrence",
            samples,
            provider,
            transforms / 1e6,
            carriesState ? " (and two passes of the recurrence for the state)" : "",
            recurrence / 1e6);
    return new ConvolutionPlan(fft ? ConvolutionMethod.FFT : ConvolutionMethod.RECURRENCE, reason);
  }
}
