package io.flinkssm.jobs.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The project's pictures as PNG: one look for reports and for the command line. */
public final class Plots {

  /**
   * Colours that colour-blind readers can tell apart too, after Paul Tol's "bright" and "muted".
   */
  private static final Color[] COLOURS = {
    new Color(0x4477AA),
    new Color(0xEE6677),
    new Color(0x228833),
    new Color(0xCCBB44),
    new Color(0x66CCEE),
    new Color(0xAA3377),
    new Color(0x332288),
    new Color(0x999999),
    new Color(0x117733),
    new Color(0x000000),
    new Color(0xCC3311)
  };

  private static final int WIDTH = 940;
  private static final int SCALE = 2;

  /** Points of the longest line whose points are marked. */
  private static final int MOST_MARKED = 20;

  private Plots() {}

  /**
   * One line of a picture.
   *
   * @param name what the legend says
   * @param colour number of its colour, so that one thing has one colour in every picture
   */
  public record Line(String name, double[] x, double[] y, int colour) {}

  /** What the axes say, and which of them are logarithmic. */
  public record Axes(String xLabel, String yLabel, boolean logX, boolean logY) {}

  /** Lines over a common horizontal axis. There are ten colours, then they repeat. */
  public static byte[] lines(
      String title, String xLabel, String yLabel, int height, List<Line> lines) {
    return lines(title, new Axes(xLabel, yLabel, false, false), height, lines);
  }

  /** Lines over axes of choice; the few points of a short line are marked. */
  public static byte[] lines(String title, Axes axes, int height, List<Line> lines) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle(axes.xLabel())
            .yAxisTitle(axes.yLabel())
            .build();
    style(chart.getStyler(), lines.size() > 1);
    if (axes.logX()) {
      chart.getStyler().setXAxisLogarithmic(true);
      chart.getStyler().setXAxisMin(decade(false, lines.stream().map(Line::x)));
      chart.getStyler().setXAxisMax(decade(true, lines.stream().map(Line::x)));
    }
    if (axes.logY()) {
      chart.getStyler().setYAxisLogarithmic(true);
      chart.getStyler().setYAxisMin(decade(false, lines.stream().map(Line::y)));
      chart.getStyler().setYAxisMax(decade(true, lines.stream().map(Line::y)));
    }
    for (Line line : lines) {
      XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
      series.setMarker(line.x().length > MOST_MARKED ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
      series.setMarkerColor(COLOURS[line.colour() % COLOURS.length]);
      series.setLineColor(COLOURS[line.colour() % COLOURS.length]);
      series.setLineStyle(new BasicStroke(lines.size() > 1 ? 1.6f : 1.0f));
    }
    return png(chart);
  }

  /** The power of ten below all values, or above: only powers of ten get ticks. */
  private static double decade(boolean above, Stream<double[]> values) {
    DoubleStream logs = values.flatMapToDouble(Arrays::stream).map(Math::log10);
    return Math.pow(10, above ? Math.ceil(logs.max().orElse(1)) : Math.floor(logs.min().orElse(0)));
  }

  /** Bars over named bins, for histograms. */
  public static byte[] bars(
      String title, String xLabel, String yLabel, int height, List<String> bins, double[] counts) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle(xLabel)
            .yAxisTitle(yLabel)
            .build();
    style(chart.getStyler(), false);
    chart.getStyler().setAvailableSpaceFill(0.92);
    chart.getStyler().setXAxisMaxLabelCount(12);
    chart.addSeries(yLabel, bins, Arrays.stream(counts).boxed().toList()).setFillColor(COLOURS[0]);
    return png(chart);
  }

  private static void style(AxesChartStyler styler, boolean legend) {
    Font text = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xE6EAF0));
    styler.setPlotGridLinesStroke(new BasicStroke(1f));
    styler.setChartFontColor(new Color(0x1C2430));
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitlePadding(8);
    styler.setAxisTitleFont(text);
    styler.setAxisTickLabelsFont(text);
    styler.setXAxisDecimalPattern("#,##0.####");
    styler.setYAxisDecimalPattern("#,##0.####");
    styler.setLegendFont(text);
    styler.setLegendVisible(legend);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
  }

  /** Drawn at twice the size that the page shows, so that text stays sharp. */
  private static byte[] png(IChart chart) {
    BufferedImage image =
        new BufferedImage(
            SCALE * chart.getWidth(), SCALE * chart.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    chart.paint(graphics, chart.getWidth(), chart.getHeight());
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
