package io.flinkssm.benchmarks.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One figure of several rounds. */
public final class Rounds {
  private final List<Double> figures = new ArrayList<>();

  public void add(double figure) {
    figures.add(figure);
    Collections.sort(figures);
  }

  public double median() {
    return figures.get(figures.size() / 2);
  }

  /** The lower quartile. */
  public double low() {
    return figures.get(figures.size() / 4);
  }

  /** The upper quartile. */
  public double high() {
    return figures.get(figures.size() - 1 - figures.size() / 4);
  }
}
