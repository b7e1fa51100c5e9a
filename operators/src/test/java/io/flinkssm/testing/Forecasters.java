package io.flinkssm.testing;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A forecaster that knows what it forecasts: one S4D mode is the optimal predictor of a noisy
 * oscillation.
 *
 * <p>With the mode's pole {@code ρe^{iθ}} its transfer function is {@code (b₀ + b₁z⁻¹)/d(z)},
 * {@code d = 1 − 2ρ cos θ z⁻¹ + ρ²z⁻²}. With {@code b₀ = 2(r − ρ) cos θ} and {@code b₁ = ρ² − r²}
 * the series {@code y(t+1) = forecast(t) + e(t+1)} obeys {@code φ(z) y = d(z) e}, {@code φ} being
 * {@code d} with {@code r} for {@code ρ}: an oscillation at {@code θ} in the noise that it forgets
 * by {@code r}.
 */
public final class Forecasters {
  /** Samples of one oscillation. */
  public static final int PERIOD = 25;

  private static final double THETA = 2 * Math.PI / PERIOD;
  private static final double RHO = 0.5;
  private static final double R = 0.98;

  /** Native rate, Hz. */
  public static final double RATE = 10;

  private Forecasters() {}

  private static String config(String task) {
    return """
        {"format": 1, "name": "oscillation", "version": "3", "sample_rate_hz": %s,
         "architecture": "s4-backbone", "task": "%s", "d_input": 1, "d_output": 1,
         "d_model": 1, "n_layers": 1, "prenorm": false, "norm": null, "residual": null,
         "pooling": "none",
         "layer": {"kind": "s4", "mode": "diag", "dt_transform": "exp", "activation": "id",
                   "final_act": "id"}}
        """
        .formatted(RATE, task);
  }

  private static byte[] weights() {
    double re = Math.log(RHO);
    // λ = −e^{A_real} − i·A_imag, and B̄ = (e^λ − 1)/λ at Δ = 1.
    double poleRe = RHO * Math.cos(THETA);
    double poleIm = RHO * Math.sin(THETA);
    double b0 = 2 * (R - RHO) * Math.cos(THETA);
    double b1 = RHO * RHO - R * R;
    // 2 Re(c/(1 − pole·z⁻¹)): 2 Re c = b₀, −2 Re(c·conj(pole)) = b₁.
    double p = 0.5 * b0;
    double q = (-0.5 * b1 - p * poleRe) / poleIm;
    double norm = re * re + THETA * THETA;
    double barRe = ((poleRe - 1) * re + poleIm * THETA) / norm;
    double barIm = (poleIm * re - (poleRe - 1) * THETA) / norm;
    double bar = barRe * barRe + barIm * barIm;
    return new SafetensorsWriter()
        .put("model.layers.0.layer.layer.D", new double[] {0}, 1, 1)
        .put("model.layers.0.layer.layer.kernel.inv_dt", new double[] {0}, 1, 1)
        .put("model.layers.0.layer.layer.kernel.A_real", new double[] {Math.log(-re)}, 1, 1)
        .put("model.layers.0.layer.layer.kernel.A_imag", new double[] {-THETA}, 1, 1)
        .put("model.layers.0.layer.layer.kernel.B", new double[] {1, 0}, 1, 1, 1, 2)
        .put(
            "model.layers.0.layer.layer.kernel.C",
            new double[] {(p * barRe + q * barIm) / bar, (q * barRe - p * barIm) / bar},
            1,
            1,
            1,
            2)
        .put("model.layers.0.layer.output_linear.0.weight", new double[] {1}, 1, 1)
        .put("model.layers.0.layer.output_linear.0.bias", new double[] {0}, 1)
        .bytes();
  }

  /** The forecaster. */
  public static SequenceModel oscillation() {
    return read("forecast");
  }

  /** The same network, its outputs called something else. */
  public static SequenceModel features() {
    return read("features");
  }

  private static SequenceModel read(String task) {
    try {
      return ModelDirectory.read(
          "memory",
          file ->
              new ByteArrayInputStream(
                  file.equals(ModelDirectory.CONFIG)
                      ? config(task).getBytes(StandardCharsets.UTF_8)
                      : weights()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the forecaster as a model directory. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(ModelDirectory.CONFIG), config("forecast"));
    Files.write(folder.resolve(ModelDirectory.WEIGHTS), weights());
    return folder;
  }

  /** A series that the forecaster is right about, but for noise of deviation 1. */
  public static double[] series(long seed, int samples) {
    return series(seed, samples, PERIOD);
  }

  /** The same with oscillations of another length. */
  public static double[] series(long seed, int samples, double period) {
    Random random = new Random(seed);
    double theta = 2 * Math.PI / period;
    double[] y = new double[samples];
    double[] e = new double[samples];
    for (int t = 0; t < samples; t++) {
      e[t] = random.nextGaussian();
      y[t] = e[t];
      if (t > 0) {
        y[t] += 2 * R * Math.cos(theta) * y[t - 1] - 2 * RHO * Math.cos(theta) * e[t - 1];
      }
      if (t > 1) {
        y[t] += -R * R * y[t - 2] + RHO * RHO * e[t - 2];
      }
    }
    return y;
  }
}
