package io.flinkssm.ssm;

import io.flinkssm.simd.Kernels;
import java.util.Locale;

/**
 * How one bank of systems computes one window, and why: Fourier transforms or recurrence, whichever
 * {@link ConvolutionCosts} expects to be faster. A function of shapes and provider alone, so that a
 * replay gives the same bits.
 *
 * <p>Kernels count as shared by {@value #SHARED} windows: the first window of a length pays for
 * them, but a plan that asked whether they are there would depend on what came before.
 *
 * <p><b>Break-even.</b> The recurrence grows with the state size N, the transforms with the
 * logarithm of the window: see {@link ConvolutionCosts} for where they meet.
 *
 * @param method {@link ConvolutionMethod#FFT} or {@link ConvolutionMethod#RECURRENCE}
 * @param reason for people, without the method's name
 */
public record ConvolutionPlan(ConvolutionMethod method, String reason) {

  /** Windows that are expected of a length before its kernels are made again. */
  private static final int SHARED = 64;

  /**
   * Plans one window.
   *
   * @param carriesState whether it starts from a state and leaves one; transforms then need two
   *     passes of the recurrence over the system's memory besides, one for the response to the
   *     state and one to move it
   * @param wanted a method to force, or {@link ConvolutionMethod#AUTO}
   * @throws UnsupportedOperationException if the recurrence is forced and there is none
   */
  static ConvolutionPlan of(
      StateSpace system,
      Kernels<?> kernels,
      ConvolutionShape shape,
      boolean carriesState,
      ConvolutionMethod wanted) {
    return of(
        system, ConvolutionCosts.of(kernels, system), kernels.name(), shape, carriesState, wanted);
  }

  static ConvolutionPlan of(
      StateSpace system,
      ConvolutionCosts costs,
      String provider,
      ConvolutionShape shape,
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
    double recurrence = costs.recurrence(system, shape.samples());
    double making = costs.kernels(system, shape);
    double carrying = carriesState ? 2 * costs.recurrence(system, shape.memory()) : 0;
    double transforms = costs.transforms(system, shape) + making / SHARED + carrying;
    String blocks =
        shape.blocks() > 1 ? " in %d blocks of %d".formatted(shape.blocks(), shape.points()) : "";
    String reason =
        String.format(
            Locale.ROOT,
            "for %d samples %s expects %.3g ms of transforms%s%s and %.3g ms of recurrence; kernels take %.3g ms once",
            shape.samples(),
            provider,
            transforms / 1e6,
            blocks,
            carriesState ? " (and two passes of the recurrence for the state)" : "",
            recurrence / 1e6,
            making / 1e6);
    boolean fft = transforms < recurrence;
    return new ConvolutionPlan(fft ? ConvolutionMethod.FFT : ConvolutionMethod.RECURRENCE, reason);
  }
}
