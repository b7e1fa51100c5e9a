package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;

/**
 * The recurrence of a {@link DiscreteSystem} in plain double loops, one channel at a time and
 * without the skip term: what a convolution needs at the edges of a window.
 */
final class ChannelRecurrence {

  private final DiscreteSystem system;
  private final double[] re;
  private final double[] im;
  private final double[] delta;
  private int h;

  ChannelRecurrence(DiscreteSystem system) {
    this.system = system;
    this.re = new double[system.modes()];
    this.im = new double[system.modes()];
    this.delta = new double[system.rank()];
  }

  /** Takes the state of one channel. */
  void load(int channel, double[] state) {
    h = channel;
    int plane = system.modes() * system.channels();
    for (int n = 0; n < re.length; n++) {
      re[n] = state[n * system.channels() + h];
      im[n] = state[plane + n * system.channels() + h];
    }
  }

  /** Puts the state of the channel back. */
  void store(double[] state) {
    int plane = system.modes() * system.channels();
    for (int n = 0; n < re.length; n++) {
      state[n * system.channels() + h] = re[n];
      state[plane + n * system.channels() + h] = im[n];
    }
  }

  /** {@code x ← Āx + B̄u}. */
  void step(double u) {
    int channels = system.channels();
    int modes = re.length;
    for (int s = 0; s < delta.length; s++) {
      double sum = system.e()[s * channels + h] * u;
      for (int n = 0; n < modes; n++) {
        int i = (s * modes + n) * channels + h;
        sum += system.qRe()[i] * re[n] - system.qIm()[i] * im[n];
      }
      delta[s] = sum;
    }
    for (int n = 0; n < modes; n++) {
      int i = n * channels + h;
      double nextRe = system.aRe()[i] * re[n] - system.aIm()[i] * im[n] + system.bRe()[i] * u;
      double nextIm = system.aRe()[i] * im[n] + system.aIm()[i] * re[n] + system.bIm()[i] * u;
      for (int s = 0; s < delta.length; s++) {
        int k = (s * modes + n) * channels + h;
        nextRe += system.pRe()[k] * delta[s];
        nextIm += system.pIm()[k] * delta[s];
      }
      re[n] = nextRe;
      im[n] = nextIm;
    }
  }

  /** {@code Re Σ c x} of one head. */
  double output(int head) {
    double sum = 0;
    for (int n = 0; n < re.length; n++) {
      int i = (head * re.length + n) * system.channels() + h;
      sum += system.cRe()[i] * re[n] - system.cIm()[i] * im[n];
    }
    return sum;
  }
}
