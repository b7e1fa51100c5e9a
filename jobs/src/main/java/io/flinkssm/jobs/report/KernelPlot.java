package io.flinkssm.jobs.report;

import io.flinkssm.ssm.StateSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The convolution kernels of one layer as a picture: what the layer remembers, and for how long.
 */
public final class KernelPlot {

  /** More lines than this are not told apart. */
  private static final int MAX_LINES = 8;

  /** More points than this are not seen. */
  private static final int MAX_POINTS = 2000;

  private KernelPlot() {}

  /**
   * Kernels of some channels, spread evenly over all of them, against seconds.
   *
   * @param name what the layer is called
   * @param kernel as {@link StateSpace#kernel} gives it: {@code [heads][channels][taps]}
   * @param channels number of channels of the layer
   * @param taps number of taps of each kernel
   * @param secondsPerTap seconds from one tap to the next
   */
  public static byte[] png(
      String name, double[] kernel, int channels, int taps, double secondsPerTap) {
    int shown = Math.min(MAX_LINES, channels);
    int stride = Math.max(1, (taps + MAX_POINTS - 1) / MAX_POINTS);
    int points = (taps + stride - 1) / stride;
    List<Plots.Line> lines = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      int channel = (int) ((long) i * channels / shown);
      double[] x = new double[points];
      double[] y = new double[points];
      for (int p = 0; p < points; p++) {
        x[p] = p * stride * secondsPerTap;
        y[p] = kernel[channel * taps + p * stride];
      }
      lines.add(new Plots.Line("channel " + channel, x, y, i));
    }
    String title =
        String.format(
            Locale.ROOT,
            "Convolution kernels of %s: %d of %d channels, %d taps at %.0f Hz",
            name,
            shown,
            channels,
            taps,
            1 / secondsPerTap);
    return Plots.lines(title, "seconds since the input", "response", 420, lines);
  }
}
