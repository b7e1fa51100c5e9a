package io.flinkssm.benchmarks;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.ssm.DiagonalInit;
import io.flinkssm.ssm.DiagonalSystem;
import io.flinkssm.ssm.Discretization;
import io.flinkssm.ssm.Dplr;
import io.flinkssm.ssm.DplrSystem;
import io.flinkssm.ssm.Hippo;
import io.flinkssm.ssm.ModalParameters;
import io.flinkssm.ssm.StateSpace;
import java.util.Random;

/** Untrained layers of state size N = 64, that is 32 complex modes, one output head. */
public final class Layers {
  private static final int MODES = 32;

  /** The two recurrences of the S4 family. */
  public enum Kind {
    /** Diagonal, zero-order hold. */
    S4D {
      @Override
      StateSpace layer(int channels) {
        ModalParameters bank = parameters(DiagonalInit.LIN.system(MODES), channels);
        return new DiagonalSystem(bank, Discretization.ZOH);
      }
    },
    /** HiPPO-LegS, diagonal plus rank 1, bilinear. */
    DPLR {
      @Override
      StateSpace layer(int channels) {
        return new DplrSystem(parameters(Hippo.legS(2 * MODES).dplr(), channels), 0);
      }
    };

    abstract StateSpace layer(int channels);
  }

  private Layers() {}

  static DiscreteSystem discrete(Kind kind, int channels) {
    return kind.layer(channels).discretize(1);
  }

  static double[] noise(int length, long seed) {
    return new Random(seed).doubles(length, -1, 1).toArray();
  }

  private static ModalParameters parameters(Dplr system, int channels) {
    double[] delta = new double[channels];
    for (int h = 0; h < channels; h++) {
      delta[h] = 0.001 * Math.pow(100, (h + 0.5) / channels);
    }
    return system.bank(
        delta, noise(MODES * channels, 1), noise(MODES * channels, 2), noise(channels, 3));
  }
}
