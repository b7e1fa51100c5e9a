package io.flinkssm.ssm;

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
    return p.modesAbove(Math.PI / rate);
  }
}
