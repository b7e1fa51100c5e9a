package io.flinkssm.model.s4;

import io.flinkssm.model.Tensors;
import io.flinkssm.model.layers.LinearMap;
import io.flinkssm.model.layers.Nonlinearity;
import io.flinkssm.ssm.S4KernelParameters;
import io.flinkssm.ssm.StateSpace;
import io.flinkssm.ssm.Transform;
import java.util.function.Supplier;

/**
 * An S4 or S4D block in continuous time: {@code y = σ_out(W · σ(SSM(u) + D u))}, with one state
 * space per channel. Both layouts of the reference are read here: the full block of {@code s4.py}
 * and the minimal one of {@code s4d.py}; older checkpoints of the full block too.
 *
 * @param width channels H in and out
 * @param system H systems with {@code heads} outputs each
 * @param activation σ
 * @param output W, or null for none
 * @param finalActivation σ_out
 */
record S4Layer(
    int width,
    StateSpace system,
    Nonlinearity activation,
    LinearMap output,
    Nonlinearity finalActivation) {

  /** Tensors of some versions that hold no weights. */
  private static final String[] CACHES = {"dC", "dA", "dB", "omega", "z"};

  /** Reads the layer whose tensors are in {@code block}. */
  static S4Layer read(Tensors block, LayerConfig config, int width) {
    StateSpace system =
        config.minimal() ? minimal(block, config, width) : full(block, config, width);
    int inner = width * config.outputs();
    LinearMap output = null;
    if (config.projected()) {
      output =
          LinearMap.read(block, "output_linear.0.", inner, config.finalActivation().widthIn(width));
      if (config.swapChannels()) {
        output = output.forTransposedInput(width, config.outputs());
      }
    }
    return new S4Layer(width, system, config.activation(), output, config.finalActivation());
  }

  /** Width of the state space's output. */
  int systemWidth() {
    return width * system.heads();
  }

  /** Width between activation and output map. */
  int innerWidth() {
    return activation.gated() ? systemWidth() / 2 : systemWidth();
  }

  private static StateSpace minimal(Tensors block, LayerConfig config, int width) {
    Tensors kernel = block.scope("kernel.");
    int modes = lastAxis(kernel, "log_A_real");
    checkStateSize(kernel, config, modes);
    double[] logDt = kernel.take("log_dt", width);
    double[] c = kernel.take("C", width, modes, 2);
    double[] logAReal = kernel.take("log_A_real", width, modes);
    double[] aImag = kernel.take("A_imag", width, modes);
    double[] d = block.take("D", width);
    return build(kernel, () -> S4KernelParameters.minimalS4d(logDt, c, logAReal, aImag, d));
  }

  private static StateSpace full(Tensors block, LayerConfig config, int width) {
    String nesting = block.prefixOf("C", "layer.kernel.", "kernel.kernel.", "kernel.");
    Tensors kernel = block.scope(nesting == null ? "layer.kernel." : nesting);
    String skip = block.has("layer.D") ? "layer.D" : "D";
    // Checkpoints before V4 store log Δ, and the imaginary part of Λ with the opposite sign.
    boolean old = kernel.has("log_dt");
    if (old && config.dtTransform() != Transform.EXP) {
      throw kernel.error(
          "log_dt", "is of a checkpoint before V4: write \"dt_transform\": \"exp\" in config.json");
    }
    String aReal = older(kernel, "A_real", "inv_w_real", "log_w_real", "inv_A_real");
    String aImag = older(kernel, "A_imag", "w_imag");
    String lKernel = older(kernel, "l_kernel", "L");
    int copies = kernel.shape(aReal)[0];
    int modes = lastAxis(kernel, aReal);
    checkStateSize(kernel, config, modes);
    if (config.copies() != 0 && config.copies() != copies) {
      throw kernel.error(aReal, "has " + copies + " copies, expected n_ssm " + config.copies());
    }
    if (config.dplr() != kernel.has("P")) {
      throw kernel.error(
          "P",
          config.dplr()
              ? "is missing: is the layer's mode diag?"
              : "exists, but the layer's mode is diag: write \"mode\": \"dplr\"");
    }
    int heads = config.heads();
    int rows = heads * (config.bidirectional() ? 2 : 1);
    double[] dt;
    int steps;
    if (old) {
      steps = 1;
      dt = kernel.take("log_dt", width);
    } else {
      steps = lastAxis(kernel, "inv_dt") == 1 ? 1 : modes;
      dt = kernel.take("inv_dt", width, steps);
    }
    S4KernelParameters.Builder builder =
        S4KernelParameters.builder()
            .invDt(dt, width, steps)
            .aReal(kernel.take(aReal, copies, modes), copies, modes)
            .d(block.take(skip, heads, width), heads, width)
            .dtTransform(config.dtTransform())
            .dtFast(config.dtFast())
            .realTransform(config.realTransform())
            .imagTransform(config.imagTransform())
            .disc(config.disc())
            .bandlimit(config.bandlimit())
            .bidirectional(config.bidirectional())
            .isReal(config.isReal());
    if (config.isReal()) {
      builder
          .b(kernel.take("B", 1, copies, modes), 1, copies, modes)
          .c(kernel.take("C", rows, width, modes), rows, width, modes);
    } else {
      double[] imag = kernel.take(aImag, copies, modes);
      int[] shapeOfB =
          kernel.shape("B").length == 3
              ? new int[] {copies, modes, 2}
              : new int[] {1, copies, modes, 2};
      builder
          .aImag(old ? negated(imag) : imag, copies, modes)
          .b(kernel.take("B", shapeOfB), 1, copies, modes, 2)
          .c(kernel.take("C", rows, width, modes, 2), rows, width, modes, 2);
    }
    if (config.dplr()) {
      int rank = kernel.shape("P")[0];
      builder.p(kernel.take("P", rank, copies, modes, 2), rank, copies, modes, 2);
      builder.lKernel((long) kernel.take(lKernel)[0]);
    }
    kernel.ignore(CACHES);
    return build(kernel, builder::build);
  }

  /** The parts find what single tensors do not show: a Δ of zero, a mode that grows. */
  private static StateSpace build(Tensors kernel, Supplier<S4KernelParameters> parameters) {
    try {
      return parameters.get().toStateSpace();
    } catch (IllegalArgumentException e) {
      throw kernel.error("*", "make no usable system: " + e.getMessage());
    }
  }

  private static void checkStateSize(Tensors kernel, LayerConfig config, int modes) {
    int stored = config.isReal() ? modes : 2 * modes;
    if (config.stateSize() != 0 && config.stateSize() != stored) {
      throw kernel.error(
          "C", "is of d_state " + stored + ", config.json says " + config.stateSize());
    }
  }

  private static String older(Tensors kernel, String... names) {
    String found = kernel.nameOf(names);
    return found == null ? names[0] : found;
  }

  private static int lastAxis(Tensors kernel, String name) {
    int[] shape = kernel.shape(name);
    if (shape.length != 2) {
      throw kernel.error(name, "has " + shape.length + " axes, expected 2");
    }
    return shape[1];
  }

  private static double[] negated(double[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = -values[i];
    }
    return out;
  }
}
