package io.flinkssm.detect;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import java.util.Arrays;

/** A detector whose samples are a given interval apart. */
final class DiscreteDetector implements DiscreteModel<double[]> {
  private final Detector detector;
  private final double sampleRateHz;
  private final Watch watch;

  DiscreteDetector(Detector detector, Watch watch, double sampleRateHz) {
    this.detector = detector;
    this.watch = watch;
    this.sampleRateHz = sampleRateHz;
  }

  @Override
  public SequenceModel model() {
    return detector;
  }

  @Override
  public double sampleRateHz() {
    return sampleRateHz;
  }

  @Override
  public int stateLength() {
    return watch.stateLength();
  }

  @Override
  public void reset(double[] state) {
    Arrays.fill(state, 0);
  }

  @Override
  public Workspace<double[]> newWorkspace(int maxSamples) {
    return new Room(maxSamples, watch.newScratch());
  }

  @Override
  public void advance(
      Runs<double[]> runs, double[] input, double[] output, Workspace<double[]> workspace) {
    advance(runs, input, null, output, workspace);
  }

  /**
   * The same, with forecasts by a model.
   *
   * @param forecasts of the samples, {@code [runs.samples()][channels]}, NaN where there is none;
   *     null for none at all
   */
  void advance(
      Runs<double[]> runs,
      double[] input,
      double[] forecasts,
      double[] output,
      Workspace<double[]> workspace) {
    Scratch scratch = ((Room) workspace).scratch;
    int channels = detector.config().channels();
    double interval = 1 / sampleRateHz;
    for (int k = 0; k < runs.count(); k++) {
      double[] state = runs.state(k);
      int silent = runs.end(k) - runs.start(k) - (runs.outputEnd(k) - runs.outputStart(k));
      int to = runs.outputStart(k);
      for (int t = runs.start(k); t < runs.end(k); t++) {
        int i = t - runs.start(k);
        int row = t * channels;
        double seconds = 1e-6 * runs.timeMicros(k, i, sampleRateHz);
        watch.step(state, seconds, interval, input, row, forecasts, row, scratch);
        if (i >= silent) {
          System.arraycopy(scratch.outputs, 0, output, to++ * Anomaly.SIZE, Anomaly.SIZE);
        }
      }
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
    throw new UnsupportedOperationException(
        "a detector learns from sample to sample, so it has no convolutional view; advance it");
  }

  private static final class Room extends Workspace<double[]> {
    private final Scratch scratch;

    Room(int maxSamples, Scratch scratch) {
      super(maxSamples);
      this.scratch = scratch;
    }
  }
}
