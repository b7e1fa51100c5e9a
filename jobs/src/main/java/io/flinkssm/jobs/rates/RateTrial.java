package io.flinkssm.jobs.rates;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import java.util.List;

/**
 * One way to run a classifier on recordings of one rate: how many it names, streaming and rescored,
 * in float32.
 *
 * @param modelHz the rate that the model is told; its native one to leave Δ unadjusted
 * @param method what the model makes of that rate
 */
public record RateTrial(double modelHz, RateMethod method) {

  /** Samples of a block of the stream. */
  private static final int BLOCK = 256;

  /**
   * What came out.
   *
   * @param clips how many there were
   * @param streamed how many the recurrence named; −1 if the model does not stream
   * @param rescored how many the convolution named, by Fourier transforms
   * @param difference largest difference between logits of the two
   */
  public record Outcome(int clips, int streamed, int rescored, double difference) {}

  /**
   * Runs the trial.
   *
   * @param clips of one channel count, the model's
   * @param tick called after each clip
   */
  public Outcome run(SequenceModel model, List<LabelledClip> clips, Runnable tick) {
    Kernels<float[]> kernels = Kernels.float32();
    DiscreteModel<float[]> discrete = model.discretize(modelHz, method, kernels);
    DiscreteModel.Workspace<float[]> workspace =
        model.streams() ? discrete.newWorkspace(BLOCK) : null;
    int streamed = model.streams() ? 0 : -1;
    int rescored = 0;
    double difference = 0;
    for (LabelledClip clip : clips) {
      Signal signal = clip.signal();
      float[] convolved = new float[model.info().outputSize()];
      discrete.convolve(
          null, signal.samples(), signal.length(), convolved, 1, ConvolutionMethod.FFT);
      rescored += argMax(convolved) == clip.label() ? 1 : 0;
      if (workspace != null) {
        float[] stepped = stream(discrete, workspace, signal);
        streamed += argMax(stepped) == clip.label() ? 1 : 0;
        for (int i = 0; i < stepped.length; i++) {
          difference = Math.max(difference, Math.abs(stepped[i] - convolved[i]));
        }
      }
      tick.run();
    }
    return new Outcome(clips.size(), streamed, rescored, difference);
  }

  private static float[] stream(
      DiscreteModel<float[]> model, DiscreteModel.Workspace<float[]> workspace, Signal signal) {
    int channels = signal.channels();
    float[] state = new float[model.stateLength()];
    model.reset(state);
    float[] block = new float[BLOCK * channels];
    float[] logits = new float[model.model().info().outputSize()];
    for (int from = 0; from < signal.length(); from += BLOCK) {
      int count = Math.min(BLOCK, signal.length() - from);
      System.arraycopy(signal.samples(), from * channels, block, 0, count * channels);
      int outputs = from + count == signal.length() ? 1 : 0;
      model.advance(state, block, count, logits, outputs, workspace);
    }
    return logits;
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
