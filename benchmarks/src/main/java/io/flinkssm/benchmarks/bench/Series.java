package io.flinkssm.benchmarks.bench;

/**
 * One line of a picture.
 *
 * @param plot title of the picture; lines of equal titles are drawn together, and the first one's
 *     axes count
 * @param label what the legend says
 * @param x as long as {@code y}; a single point is drawn as a mark
 * @param logX whether the horizontal axis is logarithmic
 * @param logY whether the vertical axis is logarithmic
 */
public record Series(
    String plot,
    String label,
    String xLabel,
    String yLabel,
    double[] x,
    double[] y,
    boolean logX,
    boolean logY) {

  public Series {
    if (x.length != y.length || x.length == 0) {
      throw new IllegalArgumentException(
          label + " has " + x.length + " x and " + y.length + " y, expected as many, at least one");
    }
  }
}
