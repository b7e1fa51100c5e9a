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

/** Untrained layers, and models made of them. */
public final class Layers {

  /** State size N = 64, that is 32 complex modes. */
  private static final int MODES = 32;

  /** Rate at which Δ is what the tensors say. */
  public static final double RATE_HZ = 16000;

  /** Outputs of every model. */
  public static final int OUTPUTS = 10;

  /**
   * Size of a model.
   *
   * @param channels H
   * @param modes complex modes, N/2
   * @param layers number of blocks
   */
  public record Shape(int channels, int modes, int layers) {
    /** Four layers of N = 64. */
    public static Shape ofChannels(int channels) {
      return new Shape(channels, MODES, 4);
    }
  }

  /** A model and the tensors it was read from. */
  public record Network(SequenceModel model, StateDict tensors) {}

  /** The two recurrences of the S4 family. */
  public enum Kind {
    /** Diagonal, zero-order hold. */
    S4D("diag") {
      @Override
      Dplr system(int modes) {
        return DiagonalInit.LIN.system(modes);
      }

      @Override
      public StateSpace layer(int channels) {
        return new DiagonalSystem(bank(system(MODES), channels), Discretization.ZOH);
      }
    },
    /** HiPPO-LegS, diagonal plus rank 1, bilinear. */
    DPLR("dplr") {
      @Override
      Dplr system(int modes) {
        return Hippo.legS(2 * modes).dplr();
      }

      @Override
      public StateSpace layer(int channels) {
        return new DplrSystem(bank(system(MODES), channels), 0);
      }
    };

    private final String mode;

    Kind(String mode) {
      this.mode = mode;
    }

    abstract Dplr system(int modes);

    /** One layer, its state space alone. */
    public abstract StateSpace layer(int channels);

    /** The recurrence of one layer. */
    public DiscreteSystem discrete(int channels) {
      return layer(channels).discretize(1);
    }

    /** Linear(1, H), four S4 blocks of N = 64 with GLU and layer norm, mean, Linear(H, 10). */
    public SequenceModel model(int channels) {
      return network(Shape.ofChannels(channels)).model();
    }

    /** The same of any shape. */
    public Network network(Shape shape) {
      int channels = shape.channels();
      StateDict tensors = new StateDict();
      linear(tensors, "encoder.", channels, 1);
      for (int i = 0; i < shape.layers(); i++) {
        block(tensors, "s4_layers." + i + ".", shape);
        double[] scale = Arrays.stream(noise(channels, 7)).map(v -> 1 + v / 10).toArray();
        tensors.put("norms." + i + ".weight", scale, channels);
        tensors.put("norms." + i + ".bias", noise(channels, 8), channels);
      }
      linear(tensors, "decoder.", OUTPUTS, channels);
      return new Network(read(tensors, shape), tensors);
    }

    private SequenceModel read(StateDict tensors, Shape shape) {
      return tensors.model(
          """
          {"format": 1, "architecture": "s4-classifier", "name": "benchmark", "version": "1",
           "d_input": 1, "d_output": %d, "task": "features", "sample_rate_hz": %.0f,
           "d_model": %d, "n_layers": %d, "prenorm": false, "norm": "layer", "pooling": "mean",
           "layer": {"kind": "s4", "mode": "%s", "dt_transform": "exp"}}
          """
              .formatted(OUTPUTS, RATE_HZ, shape.channels(), shape.layers(), mode));
    }

    private void block(StateDict tensors, String prefix, Shape shape) {
      int channels = shape.channels();
      int modes = shape.modes();
      Dplr system = system(modes);
      double[] logDelta = Arrays.stream(delta(channels)).map(Math::log).toArray();
      double[] logDamping = Arrays.stream(system.lambdaRe()).map(v -> Math.log(-v)).toArray();
      double[] minusImag = Arrays.stream(system.lambdaIm()).map(v -> -v).toArray();
      String kernel = prefix + "layer.kernel.";
      tensors.put(kernel + "inv_dt", logDelta, channels, 1);
      tensors.put(kernel + "A_real", logDamping, 1, modes);
      tensors.put(kernel + "A_imag", minusImag, 1, modes);
      tensors.put(kernel + "B", pairs(system.bRe(), system.bIm()), 1, 1, modes, 2);
      tensors.put(kernel + "C", noise(channels * modes * 2, 1), 1, channels, modes, 2);
      if (system.rank() > 0) {
        double[] p = pairs(system.pRe()[0], system.pIm()[0]);
        tensors.put(kernel + "P", p, 1, 1, modes, 2);
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
        noise(system.lambdaRe().length * channels, 1),
        noise(system.lambdaRe().length * channels, 2),
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
    tensors.put(prefix + "bias", noise(out, 6), out);
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
