package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;

/**
 * A bank of which every sample is k steps of a part of its duration, with the input held and the
 * output read after the last step. See {@link RateMethod#HOLD}.
 *
 * <p>With the kernel K of the steps, tap l is {@code Σ_{j<k} K_{kl+j}}. That goes for <b>backward
 * kernels</b> too: reading sample t after step {@code kt + k − 1}, the first step of the next
 * sample is one step away and meets tap 0. Time reversal then turns forward into backward kernels
 * just as it does with one step a sample.
 */
final class HeldSystem implements StateSpace {

  private final StateSpace system;
  private final int steps;

  HeldSystem(StateSpace system, int steps) {
    this.system = system;
    this.steps = steps;
  }

  @Override
  public DiscreteSystem discretize(double rate) {
    return system.discretize(rate / steps).held(steps);
  }

  @Override
  public double[] kernel(double rate, int length) {
    ModalParameters.checkLength(length);
    double[] fine = system.kernel(rate / steps, Math.multiplyExact(length, steps));
    double[] taps = new double[fine.length / steps];
    for (int i = 0; i < fine.length; i++) {
      taps[i / steps] += fine[i];
    }
    return taps;
  }

  @Override
  public int kernelLength(double rate, int samples, int room) {
    int fine =
        system.kernelLength(
            rate / steps, Math.multiplyExact(samples, steps), Math.multiplyExact(room, steps));
    return fine / steps;
  }

  @Override
  public int memory(double rate, double tolerance, int most) {
    int fine = system.memory(rate / steps, tolerance, Math.multiplyExact(most, steps));
    return (fine + steps - 1) / steps;
  }

  @Override
  public int channels() {
    return system.channels();
  }

  @Override
  public int modes() {
    return system.modes();
  }

  @Override
  public int rank() {
    return system.rank();
  }

  @Override
  public int heads() {
    return system.heads();
  }

  @Override
  public boolean bidirectional() {
    return system.bidirectional();
  }

  @Override
  public String whyNotStreaming() {
    return system.whyNotStreaming();
  }

  @Override
  public boolean warps() {
    return system.warps();
  }

  /** {@inheritDoc} A diagonal system folds them into one. */
  @Override
  public int stepsPerSample() {
    return system.rank() == 0 ? 1 : steps * system.stepsPerSample();
  }

  @Override
  public double[] skip() {
    return system.skip();
  }

  @Override
  public double conditionNumber() {
    return system.conditionNumber();
  }

  @Override
  public double[] timeConstants() {
    return system.timeConstants();
  }

  @Override
  public double[] frequencies() {
    return system.frequencies();
  }

  @Override
  public int aliasedModes(double rate) {
    return system.aliasedModes(rate);
  }

  /** {@inheritDoc} Its Ā is that of all steps of a sample. */
  @Override
  public SampledMode mode(double rate, int channel, int mode) {
    SampledMode step = system.mode(rate / steps, channel, mode);
    double aRe = 1;
    double aIm = 0;
    for (int i = 0; i < steps; i++) {
      double re = aRe * step.aRe() - aIm * step.aIm();
      aIm = aRe * step.aIm() + aIm * step.aRe();
      aRe = re;
    }
    boolean aliased = system.mode(rate, channel, mode).aliased();
    return new SampledMode(
        step.lambdaRe(), step.lambdaIm(), steps * step.delta(), aRe, aIm, aliased);
  }
}
