package io.flinkssm.detect;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A detector on a forecaster whose samples are a given interval apart. The forecaster takes the
 * whole block first, as its forecasts depend on samples only; then the detector looks at each
 * sample beside the forecast that was made before it.
 */
final class DiscreteForecastDetector implements DiscreteModel<double[]> {
  private final ForecastDetector model;
  private final DiscreteDetector head;
  private final DiscreteModel<double[]> forecaster;
  private final boolean steps;
  private final boolean timely;
  private final int channels;
  private final int forecastAt;
  private final int headAt;

  /**
   * A discrete model.
   *
   * @param forecaster at this rate if it declares that one, else at its native rate
   * @param steps whether the forecaster can step over the interval; if not, it begins anew
   * @param timely whether forecasts are for the end of the interval
   */
  DiscreteForecastDetector(
      ForecastDetector model,
      DiscreteDetector head,
      DiscreteModel<double[]> forecaster,
      boolean steps,
      boolean timely) {
    this.model = model;
    this.head = head;
    this.forecaster = forecaster;
    this.steps = steps;
    this.timely = timely;
    channels = model.info().inputChannels();
    forecastAt = forecaster.stateLength();
    headAt = forecastAt + channels;
  }

  @Override
  public SequenceModel model() {
    return model;
  }

  /** What is stepped before the detector. */
  DiscreteModel<double[]> forecaster() {
    return forecaster;
  }

  @Override
  public double sampleRateHz() {
    return head.sampleRateHz();
  }

  @Override
  public int stateLength() {
    return headAt + head.stateLength();
  }

  @Override
  public void reset(double[] state) {
    double[] memory = new double[forecastAt];
    forecaster.reset(memory);
    System.arraycopy(memory, 0, state, 0, forecastAt);
    Arrays.fill(state, forecastAt, headAt, Double.NaN);
    double[] learned = new double[head.stateLength()];
    head.reset(learned);
    System.arraycopy(learned, 0, state, headAt, learned.length);
  }

  @Override
  public Workspace<double[]> newWorkspace(int maxSamples) {
    return new Room(this, maxSamples);
  }

  @Override
  public void advance(
      Runs<double[]> runs, double[] input, double[] output, Workspace<double[]> workspace) {
    Room room = (Room) workspace;
    forecast(runs, input, room);
    for (int k = 0; k < runs.count(); k++) {
      double[] state = runs.state(k);
      int first = runs.start(k) * channels;
      int values = runs.end(k) * channels - first;
      if (timely) {
        System.arraycopy(state, forecastAt, room.due, first, channels);
        System.arraycopy(room.made, first, room.due, first + channels, values - channels);
      } else {
        Arrays.fill(room.due, first, first + values, Double.NaN);
      }
      System.arraycopy(room.made, first + values - channels, state, forecastAt, channels);
      double[] learned = room.learned(k);
      System.arraycopy(state, headAt, learned, 0, learned.length);
      int samples = runs.end(k) - runs.start(k);
      int outputs = runs.outputEnd(k) - runs.outputStart(k);
      room.runs.add(learned, samples, outputs, runs.anchorMicros(k), runs.sinceAnchor(k));
    }
    head.advance(room.runs, input, room.due, output, room.head);
    room.runs.clear();
    for (int k = 0; k < runs.count(); k++) {
      double[] learned = room.learned(k);
      System.arraycopy(learned, 0, runs.state(k), headAt, learned.length);
    }
  }

  /** Steps the forecaster; what it forecasts after each sample, or only the last one, is made. */
  private void forecast(Runs<double[]> runs, double[] input, Room room) {
    for (int k = 0; k < runs.count(); k++) {
      double[] memory = room.memory(k);
      if (steps) {
        System.arraycopy(runs.state(k), 0, memory, 0, forecastAt);
        int samples = runs.end(k) - runs.start(k);
        room.runs.add(memory, samples, samples);
      } else {
        int last = (runs.end(k) - 1) * channels;
        forecaster.reset(memory);
        System.arraycopy(input, last, room.last, 0, channels);
        forecaster.advance(memory, room.last, 1, room.next, 1, room.forecaster);
        System.arraycopy(room.next, 0, room.made, last, channels);
      }
    }
    if (steps) {
      forecaster.advance(room.runs, input, room.made, room.forecaster);
      room.runs.clear();
    }
    for (int k = 0; k < runs.count(); k++) {
      System.arraycopy(room.memory(k), 0, runs.state(k), 0, forecastAt);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException always: a detector is no linear system
   */
  @Override
  public void convolve(
      double[] state,
      double[] input,
      int samples,
      double[] output,
      int outputs,
      ConvolutionMethod method) {
    head.convolve(state, input, samples, output, outputs, method);
  }

  /** Scratch; the states of each part are taken out of those of the keys, as parts ask for. */
  private static final class Room extends Workspace<double[]> {
    private final Workspace<double[]> forecaster;
    private final Workspace<double[]> head;
    private final int memoryLength;
    private final int learnedLength;
    private final List<double[]> memories = new ArrayList<>();
    private final List<double[]> learned = new ArrayList<>();
    private final Runs<double[]> runs = new Runs<>();

    /** What is forecast after each sample, and for each sample: {@code [samples][channels]}. */
    private final double[] made;

    private final double[] due;
    private final double[] last;
    private final double[] next;

    Room(DiscreteForecastDetector of, int maxSamples) {
      super(maxSamples);
      forecaster = of.forecaster.newWorkspace(maxSamples);
      head = of.head.newWorkspace(maxSamples);
      memoryLength = of.forecaster.stateLength();
      learnedLength = of.head.stateLength();
      made = new double[maxSamples * of.channels];
      due = new double[maxSamples * of.channels];
      last = new double[of.channels];
      next = new double[of.channels];
    }

    double[] memory(int k) {
      return of(memories, k, memoryLength);
    }

    double[] learned(int k) {
      return of(learned, k, learnedLength);
    }

    private static double[] of(List<double[]> states, int k, int length) {
      if (k == states.size()) {
        states.add(new double[length]);
      }
      return states.get(k);
    }
  }
}
