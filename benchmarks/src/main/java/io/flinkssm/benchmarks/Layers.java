package io.flinkssm.benchmarks;

import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.ssm.DiagonalInit;
import io.flinkssm.ssm.DiagonalSystem;
import io.flinkssm.ssm.Discretization;
import io.flinkssm.ssm.Dplr;
import io.flinkssm.ssm.DplrSystem;
import io.flinkssm.ssm.Hippo;
import io.flinkssm.ssm.ModalParameters;
import io.flinkssm.ssm.StateSpace;
import java.util.Arrays;
import java.util.Random;

/** Untrained layers of state size N = 64, that is 32 complex modes, and models made of four. */
public final class Layers {
  private static final int MODES = 32;
  private static final int LAYERS = 4;

  /** The two recurrences of the S4 family. */
  public enum Kind {
    /** Diagonal, zero-order hold. */
    S4D("diag") {
      @Override
      Dplr system() {
        return DiagonalInit.LIN.system(MODES);
      }

      @Override
      StateSpace layer(int channels) {
        return new DiagonalSystem(bank(system(), channels), Discretization.ZOH);
      }
    },
    /** HiPPO-LegS, diagonal plus rank 1, bilinear. */
    DPLR("dplr") {
      @Override
      Dplr system() {
        return Hippo.legS(2 * MODES).dplr();
      }

      @Override
      StateSpace layer(int channels) {
        return new DplrSystem(bank(system(), channels), 0);
      }
    };

    private final String mode;

    Kind(String mode) {
      this.mode = mode;
    }

    abstract Dplr system();

    abstract StateSpace layer(int channels);

    /** The recurrence of one layer. */
    public DiscreteSystem discrete(int channels) {
      return layer(channels).discretize(1);
    }

    /** Linear(1, H), four S4 blocks with GLU and layer norm, mean, Linear(H, 10). */
    public SequenceModel model(int channels) {
      StateDict tensors = new StateDict();
      linear(tensors, "encoder.", channels, 1);
      for (int i = 0; i < LAYERS; i++) {
        block(tensors, "s4_layers." + i + ".", channels);
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        tensors.put("norms." + i + ".weight", ones, channels);
        tensors.put("norms." + i + ".bias", new double[channels], channels);
      }
      linear(tensors, "decoder.", 10, channels);
      return tensors.model(
          """
          {"format": 1, "architecture": "s4-classifier", "name": "benchmark", "version": "1",
           "d_input": 1, "d_output": 10, "task": "features", "sample_rate_hz": 16000,
           "d_model": %d, "n_layers": %d, "prenorm": false, "norm": "layer", "pooling": "mean",
           "layer": {"kind": "s4", "mode": "%s", "dt_transform": "exp"}}
          """
              .formatted(channels, LAYERS, mode));
    }

    private void block(StateDict tensors, String prefix, int channels) {
      Dplr system = system();
      double[] logDelta = Arrays.stream(delta(channels)).map(Math::log).toArray();
      double[] logDamping = Arrays.stream(system.lambdaRe()).map(v -> Math.log(-v)).toArray();
      double[] minusImag = Arrays.stream(system.lambdaIm()).map(v -> -v).toArray();
      String kernel = prefix + "layer.kernel.";
      tensors.put(kernel + "inv_dt", logDelta, channels, 1);
      tensors.put(kernel + "A_real", logDamping, 1, MODES);
      tensors.put(kernel + "A_imag", minusImag, 1, MODES);
      tensors.put(kernel + "B", pairs(system.bRe(), system.bIm()), 1, 1, MODES, 2);
      tensors.put(kernel + "C", noise(channels * MODES * 2, 1), 1, channels, MODES, 2);
      if (system.rank() > 0) {
        double[] p = pairs(system.pRe()[0], system.pIm()[0]);
        tensors.put(kernel + "P", p, 1, 1, MODES, 2);
        tensors.put(kernel + "l_kernel", new double[1]);
      }
      tensors.put(prefix + "layer.D", noise(channels, 3), 1, channels);
      linear(tensors, prefix + "output_linear.0.", 2 * channels, channels);
    }
  }

  private Layers() {}

  /** Uniform in ±1, seeded. */
  public static double[] noise(int length, long seed) {
    return new Random(seed).doubles(length, -1, 1).toArray();
  }

  private static ModalParameters bank(Dplr system, int channels) {
    return system.bank(
        delta(channels),
        noise(MODES * channels, 1),
        noise(MODES * channels, 2),
        noise(channels, 3));
  }

  /** Δ from 0.001 to 0.1, as the reference draws them. */
  private static double[] delta(int channels) {
    double[] delta = new double[channels];
    for (int h = 0; h < channels; h++) {
      delta[h] = 0.001 * Math.pow(100, (h + 0.5) / channels);
    }
    return delta;
  }

  private static void linear(StateDict tensors, String prefix, int out, int in) {
    double[] weight = noise(out * in, 4);
    for (int i = 0; i < weight.length; i++) {
      weight[i] /= Math.sqrt(in);
    }
    tensors.put(prefix + "weight", weight, out, in);
    tensors.put(prefix + "bias", new double[out], out);
  }

  private static double[] pairs(double[] re, double[] im) {
    double[] pairs = new double[2 * re.length];
    for (int n = 0; n < re.length; n++) {
      pairs[2 * n] = re[n];
      pairs[2 * n + 1] = im[n];
    }
    return pairs;
  }
}
