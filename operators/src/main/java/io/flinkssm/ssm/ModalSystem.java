package io.flinkssm.ssm;

import java.util.Objects;

/** What every bank of modes answers from its parameters alone. */
abstract class ModalSystem implements StateSpace {

  /** The bank in continuous time. */
  final ModalParameters p;

  ModalSystem(ModalParameters parameters) {
    this.p = parameters;
  }

  @Override
  public final int channels() {
    return p.channels();
  }

  @Override
  public final int modes() {
    return p.modes();
  }

  @Override
  public final int rank() {
    return p.rank();
  }

  @Override
  public final int heads() {
    return p.heads();
  }

  @Override
  public final boolean bidirectional() {
    return p.bidirectional();
  }

  @Override
  public double conditionNumber() {
    return 1;
  }

  @Override
  public final double[] skip() {
    return p.d().clone();
  }

  @Override
  public boolean sameDynamics(StateSpace other) {
    return other.getClass() == getClass() && p.sameDynamics(((ModalSystem) other).p);
  }

  @Override
  public final double[] timeConstants() {
    return p.timeConstants();
  }

  @Override
  public final double[] frequencies() {
    return p.frequencies();
  }

  @Override
  public final int aliasedModes(double rate) {
    ModalParameters.checkRate(rate);
    int count = 0;
    for (int i = 0; i < p.delta().length; i++) {
      count += p.aliases(i, rate) ? 1 : 0;
    }
    return count;
  }

  @Override
  public final SampledMode mode(double rate, int channel, int mode) {
    ModalParameters.checkRate(rate);
    int i =
        Objects.checkIndex(mode, p.modes()) * p.channels()
            + Objects.checkIndex(channel, p.channels());
    double delta = p.delta()[i] * rate;
    Discretization.Mode step = discretization().mode(delta, p.lambdaRe()[i], p.lambdaIm()[i]);
    return new SampledMode(
        p.lambdaRe()[i], p.lambdaIm()[i], delta, step.aRe(), step.aIm(), p.aliases(i, rate));
  }

  /** How single modes are stepped. */
  abstract Discretization discretization();
}
