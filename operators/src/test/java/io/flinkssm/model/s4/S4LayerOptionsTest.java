package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.model.Safetensors;
import io.flinkssm.model.Tensors;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.ssm.StateSpace;
import io.flinkssm.testing.SafetensorsWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every option of a diagonal layer, from its tensors to both views, against a recurrence written
 * out here. The golden files leave some of this open: their copies of a shared state space are
 * equal, and their band limit masks nothing.
 */
class S4LayerOptionsTest {

  private static final int WIDTH = 6;
  private static final int MODES = 5;
  private static final int LENGTH = 37;

  /** Names of transforms as the checkpoint's configuration has them. */
  record Case(
      String disc,
      String dt,
      String real,
      String imag,
      boolean dtFast,
      boolean isReal,
      boolean untied,
      int copies,
      double bandlimit) {

    String json() {
      return """
          {"layer": {"kind": "s4", "mode": "diag", "disc": "%s", "dt_transform": "%s",
            "real_transform": "%s", "imag_transform": "%s", "dt_fast": %s, "is_real": %s,
            "n_ssm": %d, "d_state": %d, %s "activation": null, "final_act": null}}"""
          .formatted(
              disc,
              dt,
              real,
              imag,
              dtFast,
              isReal,
              copies,
              isReal ? MODES : 2 * MODES,
              bandlimit == 0 ? "" : "\"bandlimit\": " + bandlimit + ",");
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("zoh", "exp", "exp", "none", false, false, false, WIDTH, 0),
        new Case("zoh", "exp", "exp", "none", false, false, false, 2, 0),
        new Case("bilinear", "softplus", "relu", "none", false, false, false, 3, 0),
        new Case("zoh", "relu", "softplus", "exp", false, false, false, 1, 0),
        new Case("zoh", "sigmoid", "sigmoid", "softplus", false, false, false, 2, 0),
        new Case("bilinear", "none", "none", "relu", false, false, false, WIDTH, 0),
        new Case("zoh", "exp", "exp", "none", true, false, false, WIDTH, 0),
        new Case("zoh", "exp", "exp", "none", false, false, true, 2, 0),
        new Case("zoh", "exp", "exp", "none", false, true, false, WIDTH, 0),
        new Case("bilinear", "exp", "exp", "none", false, true, false, 3, 0),
        new Case("zoh", "exp", "exp", "none", false, false, false, 2, 0.5));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothViewsEqualTheRecurrenceWrittenOut(Case c) {
    SafetensorsWriter weights = weights(c);
    S4Layer layer = read(c.json(), weights);
    double[] u = new Random(3).doubles((long) LENGTH * WIDTH, -1, 1).toArray();
    for (double rate : new double[] {1, 2}) {
      double[] expected = writtenOut(c, weights, u, rate);
      assertClose(run(layer, u, rate, true), expected);
      assertClose(run(layer, u, rate, false), expected);
    }
    if (c.bandlimit != 0) {
      assertThat(masked(c, weights)).isBetween(5, WIDTH * MODES - 5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"inv_w_real", "log_w_real"})
  void diagonalCheckpointsBeforeV4GiveTheSameLayer(String real) {
    Case c = new Case("zoh", "exp", "exp", "none", false, false, false, 2, 0);
    SafetensorsWriter now = weights(c);
    SafetensorsWriter old = weights(c);
    double[] imag = old.values("layer.kernel.A_imag");
    old.put("kernel.kernel.log_dt", old.values("layer.kernel.inv_dt"), WIDTH)
        .put("kernel.kernel." + real, old.values("layer.kernel.A_real"), 2, MODES)
        .put("kernel.kernel.w_imag", Arrays.stream(imag).map(v -> -v).toArray(), 2, MODES)
        .put("kernel.kernel.B", old.values("layer.kernel.B"), 2, MODES, 2)
        .put("kernel.kernel.C", old.values("layer.kernel.C"), 1, WIDTH, MODES, 2)
        .put("D", old.values("layer.D"), 1, WIDTH);
    for (String name : new String[] {"inv_dt", "A_real", "A_imag", "B", "C"}) {
      old.remove("layer.kernel." + name);
    }
    old.remove("layer.D");
    StateSpace system = read(c.json(), old).system();
    assertThat(system.kernel(1, LENGTH))
        .containsExactly(read(c.json(), now).system().kernel(1, LENGTH));
    assertThat(system.skip()).containsExactly(now.values("layer.D"));
  }

  @Test
  void sharedCopiesOfADplrLayerGoToChannelsInTurn() {
    Random random = new Random(17);
    String kernel = "layer.kernel.";
    SafetensorsWriter shared = weights(cases().toList().get(1));
    shared
        .put(kernel + "P", values(random, 2 * 2 * MODES * 2), 2, 2, MODES, 2)
        .putScalar(kernel + "l_kernel", 64);
    SafetensorsWriter repeated = weights(cases().toList().get(1));
    for (String name : new String[] {"A_real", "A_imag"}) {
      repeated.put(kernel + name, inTurn(shared.values(kernel + name), 1, MODES), WIDTH, MODES);
    }
    repeated
        .put(kernel + "B", inTurn(shared.values(kernel + "B"), 1, 2 * MODES), 1, WIDTH, MODES, 2)
        .put(kernel + "P", inTurn(shared.values(kernel + "P"), 2, 2 * MODES), 2, WIDTH, MODES, 2)
        .putScalar(kernel + "l_kernel", 64);
    String json =
        "{\"layer\": {\"kind\": \"s4\", \"mode\": \"dplr\", \"dt_transform\": \"exp\","
            + " \"activation\": null, \"final_act\": null}}";
    assertThat(read(json, shared).system().kernel(1, LENGTH))
        .containsExactly(read(json, repeated).system().kernel(1, LENGTH));
  }

  /** {@code [rows][2][size]} to {@code [rows][WIDTH][size]}: copy h mod 2 for channel h. */
  private static double[] inTurn(double[] copies, int rows, int size) {
    double[] out = new double[rows * WIDTH * size];
    for (int i = 0; i < out.length; i++) {
      int h = i / size % WIDTH;
      out[i] = copies[(i / size / WIDTH * 2 + h % 2) * size + i % size];
    }
    return out;
  }

  private static SafetensorsWriter weights(Case c) {
    Random random = new Random(7);
    String kernel = "layer.kernel.";
    // Positive where a plain value must be; steps from 0.05 to 0.6 or so through every transform.
    double low = c.dt.equals("none") || c.dt.equals("relu") ? 0.05 : -3;
    double high = c.dt.equals("none") || c.dt.equals("relu") ? 0.6 : -0.5;
    int steps = c.untied ? MODES : 1;
    SafetensorsWriter w =
        new SafetensorsWriter()
            .put(kernel + "inv_dt", uniform(random, WIDTH * steps, low, high), WIDTH, steps)
            .put(kernel + "A_real", uniform(random, c.copies * MODES, 0.1, 1), c.copies, MODES)
            .put("layer.D", values(random, WIDTH), 1, WIDTH);
    if (c.isReal) {
      return w.put(kernel + "B", values(random, c.copies * MODES), 1, c.copies, MODES)
          .put(kernel + "C", values(random, WIDTH * MODES), 1, WIDTH, MODES);
    }
    return w.put(kernel + "A_imag", uniform(random, c.copies * MODES, -2, 9), c.copies, MODES)
        .put(kernel + "B", values(random, 2 * c.copies * MODES), 1, c.copies, MODES, 2)
        .put(kernel + "C", values(random, 2 * WIDTH * MODES), 1, WIDTH, MODES, 2);
  }

  private static double[] values(Random random, int length) {
    return uniform(random, length, -1, 1);
  }

  private static double[] uniform(Random random, int length, double low, double high) {
    return random.doubles(length, low, high).toArray();
  }

  private static S4Layer read(String json, SafetensorsWriter weights) {
    ConfigNode keys = ConfigNode.parse("config.json", json.getBytes(StandardCharsets.UTF_8));
    LayerConfig config = LayerConfig.read(keys);
    keys.finish();
    Tensors tensors = Tensors.of(Safetensors.read("weights", weights.bytes()));
    S4Layer layer = S4Layer.read(tensors, config, WIDTH);
    tensors.finish();
    return layer;
  }

  private static double[] run(S4Layer layer, double[] u, double rate, boolean advance) {
    Kernels<double[]> kernels = Kernels.float64();
    DiscreteLayer<double[]> discrete = new DiscreteLayer<>(layer, rate, RateMethod.PLAIN, kernels);
    Buffers<double[]> buffers = new Buffers<>(kernels, List.of(layer), WIDTH, LENGTH);
    double[] y = new double[u.length];
    double[] state = new double[2 * MODES * WIDTH];
    if (advance) {
      discrete.advance(Runs.of(state, LENGTH, 0), 0, u, y, discrete.newScratch(), buffers);
    } else {
      double[] window = discrete.transform(state, 0, u, LENGTH);
      discrete.finish(window, 0, y, LENGTH, discrete.newScratch(), buffers);
    }
    return y;
  }

  /** {@code x ← āx + b̄Bu, y = 2 Re Σ Cx + Du}, mode by mode. */
  private static double[] writtenOut(Case c, SafetensorsWriter w, double[] u, double rate) {
    double[] y = new double[u.length];
    for (int h = 0; h < WIDTH; h++) {
      for (int t = 0; t < LENGTH; t++) {
        y[t * WIDTH + h] = w.values("layer.D")[h] * u[t * WIDTH + h];
      }
      for (int n = 0; n < MODES; n++) {
        Mode mode = mode(c, w, h, n);
        if (mode.masked) {
          continue;
        }
        double delta = mode.delta * rate;
        Complex a;
        Complex b;
        if (c.disc.equals("zoh")) {
          a = mode.lambda.times(delta).exp();
          b = a.plus(-1).over(mode.lambda);
        } else {
          Complex down = mode.lambda.times(-delta / 2).plus(1);
          a = mode.lambda.times(delta / 2).plus(1).over(down);
          b = new Complex(delta, 0).over(down);
        }
        b = b.times(mode.b);
        Complex x = new Complex(0, 0);
        for (int t = 0; t < LENGTH; t++) {
          x = a.times(x).plus(b.times(u[t * WIDTH + h]));
          y[t * WIDTH + h] += 2 * mode.c.times(x).re;
        }
      }
    }
    return y;
  }

  private static int masked(Case c, SafetensorsWriter w) {
    int count = 0;
    for (int i = 0; i < WIDTH * MODES; i++) {
      count += mode(c, w, i / MODES, i % MODES).masked ? 1 : 0;
    }
    return count;
  }

  private record Mode(double delta, Complex lambda, Complex b, Complex c, boolean masked) {}

  private static Mode mode(Case c, SafetensorsWriter w, int h, int n) {
    String kernel = "layer.kernel.";
    int shared = h % c.copies * MODES + n;
    int own = h * MODES + n;
    double raw = w.values(kernel + "inv_dt")[c.untied ? own : h];
    double delta = transform(c.dt, c.dtFast ? Math.sinh(raw) : raw);
    double re = -transform(c.real, w.values(kernel + "A_real")[shared]);
    double[] b = w.values(kernel + "B");
    double[] out = w.values(kernel + "C");
    if (c.isReal) {
      return new Mode(
          delta, new Complex(re, 0), new Complex(b[shared], 0), new Complex(out[own], 0), false);
    }
    double im = -transform(c.imag, w.values(kernel + "A_imag")[shared]);
    return new Mode(
        delta,
        new Complex(re, im),
        new Complex(b[2 * shared], b[2 * shared + 1]),
        new Complex(out[2 * own], out[2 * own + 1]),
        c.bandlimit != 0 && delta * Math.abs(im) / (2 * Math.PI) >= c.bandlimit / 2);
  }

  private static double transform(String name, double p) {
    return switch (name) {
      case "exp" -> Math.exp(p);
      case "softplus" -> Math.log(1 + Math.exp(p));
      case "relu" -> Math.max(p, 0) + 1e-4;
      case "sigmoid" -> Math.exp(p) / (1 + Math.exp(p));
      default -> p;
    };
  }

  private record Complex(double re, double im) {
    Complex plus(double real) {
      return new Complex(re + real, im);
    }

    Complex plus(Complex other) {
      return new Complex(re + other.re, im + other.im);
    }

    Complex times(double factor) {
      return new Complex(re * factor, im * factor);
    }

    Complex times(Complex o) {
      return new Complex(re * o.re - im * o.im, re * o.im + im * o.re);
    }

    Complex over(Complex o) {
      double norm = o.re * o.re + o.im * o.im;
      return new Complex((re * o.re + im * o.im) / norm, (im * o.re - re * o.im) / norm);
    }

    Complex exp() {
      return new Complex(Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im));
    }
  }

  private static void assertClose(double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("at %d", i).isCloseTo(expected[i], offset(1e-12));
    }
  }
}
