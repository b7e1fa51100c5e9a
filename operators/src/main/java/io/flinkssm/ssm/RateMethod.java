package io.flinkssm.ssm;

import java.util.Locale;

/**
 * How a system takes a sampling rate other than its own. {@code rate = native / actual sampling
 * rate}: above 1 where there are fewer samples than the model was trained on.
 *
 * <p>A bilinear step warps frequencies, the more the longer it is, and a trained model has adapted
 * to the warping of its native step. {@link #HOLD} keeps near that; zero-order hold does not warp,
 * and there the methods are one.
 */
public enum RateMethod {
  /** What was measured to be better for the family: at present {@link #HOLD}. */
  AUTO,
  /** One step of {@code Δ·rate} a sample: the reference. */
  PLAIN,
  /**
   * {@link #steps} equal steps of {@code Δ·rate/k} a sample, with the input held and the output
   * read after the last: {@code Ā^k, (Ā^{k−1} + … + I) B̄} of the native step for an integer rate
   * k. Up to rate 1.25 that is one step, as in {@link #PLAIN}.
   */
  HOLD;

  /**
   * How far a rate may be above an integer before a sample takes one more step. Up to 1.33 one step
   * that is a little too long did no worse than two of about half the length, at 1.5 two did far
   * better or as well (docs/sampling-rate.md). Nor does a clock that runs a little slow double the
   * cost.
   */
  private static final double SLACK = 0.25;

  /** Most steps of one sample; beyond, steps grow longer than the native one. */
  private static final int MOST_STEPS = 1024;

  /**
   * Steps of {@link #HOLD} a sample: the rate, rounded up where it is more than 1/4 above an
   * integer.
   */
  public static int steps(double rate) {
    ModalParameters.checkRate(rate);
    return (int) Math.max(1, Math.min(MOST_STEPS, Math.ceil(rate - SLACK)));
  }

  /**
   * The bank whose {@link StateSpace#discretize discretize} and {@link StateSpace#kernel kernel} at
   * {@code rate} follow this method; both views stay equal. {@code system} itself where one step
   * does.
   *
   * @param rate factor of Δ, finite and positive
   */
  public StateSpace of(StateSpace system, double rate) {
    int steps = this == PLAIN || !system.warps() ? 1 : steps(rate);
    return steps == 1 ? system : new HeldSystem(system, steps);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
