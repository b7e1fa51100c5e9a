package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import java.util.List;

/**
 * The smallest model with memory: one low-pass per channel, {@code x ← x + (1 − e^(−1/(τ·rate)))(u
 * − x)}, and its mean over the segment. Outputs {@code (mean₀, −mean₀)} as logits, or every {@code
 * x} as features. Exact under splitting, and counts what it was made to do.
 */
public class ToyModel implements SequenceModel {
  private static final double TAU_SECONDS = 0.01;

  private final ModelInfo info;
  private final double tauSeconds;
  private final double scale;
  private int discretizations;

  public ToyModel(String version, ModelInfo.Task task, int channels) {
    this(version, task, channels, TAU_SECONDS, 1);
  }

  /**
   * A version that differs from the others.
   *
   * @param tauSeconds time constant: other dynamics
   * @param scale factor of the outputs: another read-out of the same dynamics
   */
  public ToyModel(
      String version, ModelInfo.Task task, int channels, double tauSeconds, double scale) {
    this.tauSeconds = tauSeconds;
    this.scale = scale;
    boolean classifies = task == ModelInfo.Task.CLASSIFICATION;
    info =
        new ModelInfo(
            "toy",
            version,
            "00" + version,
            "toy",
            task,
            channels,
            classifies ? 2 : channels,
            classifies ? List.of("high", "low") : List.of(),
            1000,
            10,
            100_000,
            1);
  }

  public static ToyModel classifier() {
    return new ToyModel("1", ModelInfo.Task.CLASSIFICATION, 1);
  }

  public static ToyModel features(int channels) {
    return new ToyModel("1", ModelInfo.Task.FEATURES, channels);
  }

  public int discretizations() {
    return discretizations;
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public boolean sameDynamics(SequenceModel other) {
    return other instanceof ToyModel that
        && tauSeconds == that.tauSeconds
        && info.inputChannels() == that.info.inputChannels();
  }

  @Override
  public String whyNotStreaming() {
    return null;
  }

  @Override
  public <A> DiscreteModel<A> discretize(
      double sampleRateHz, RateMethod method, Kernels<A> kernels) {
    if (!(sampleRateHz >= info.minSampleRateHz() && sampleRateHz <= info.maxSampleRateHz())) {
      throw new IllegalArgumentException("sampling rate is " + sampleRateHz + " Hz");
    }
    if (sampleRateHz == 666) {
      throw new IllegalArgumentException("rate 666 Hz is cursed");
    }
    discretizations++;
    return new Discrete<>(sampleRateHz, kernels);
  }

  private final class Discrete<A> implements DiscreteModel<A> {
    private final double sampleRateHz;
    private final Kernels<A> kernels;
    private final double gain;

    Discrete(double sampleRateHz, Kernels<A> kernels) {
      this.sampleRateHz = sampleRateHz;
      this.kernels = kernels;
      gain = -StrictMath.expm1(-1 / (tauSeconds * sampleRateHz));
    }

    @Override
    public SequenceModel model() {
      return ToyModel.this;
    }

    @Override
    public double sampleRateHz() {
      return sampleRateHz;
    }

    @Override
    public int stateLength() {
      return 2 * info.inputChannels() + 1;
    }

    @Override
    public void reset(A state) {
      kernels.clear(state, 0, stateLength());
    }

    @Override
    public Workspace<A> newWorkspace(int maxSamples) {
      return new Workspace<>(maxSamples) {};
    }

    @Override
    public void advance(Runs<A> runs, A input, A output, Workspace<A> workspace) {
      if (runs.samples() > workspace.maxSamples()) {
        throw new IllegalArgumentException(runs.samples() + " samples");
      }
      for (int k = 0; k < runs.count(); k++) {
        advance(runs, k, input, output);
      }
    }

    private void advance(Runs<A> runs, int k, A input, A output) {
      int channels = info.inputChannels();
      A state = runs.state(k);
      for (int t = runs.start(k); t < runs.end(k); t++) {
        double count = kernels.get(state, 2 * channels) + 1;
        kernels.set(state, 2 * channels, count);
        for (int c = 0; c < channels; c++) {
          double x = kernels.get(state, c);
          x += gain * (kernels.get(input, t * channels + c) - x);
          kernels.set(state, c, x);
          kernels.set(state, channels + c, kernels.get(state, channels + c) + x);
        }
        int row = runs.outputEnd(k) - (runs.end(k) - t);
        boolean wanted = row >= runs.outputStart(k);
        if (wanted && info.task() == ModelInfo.Task.CLASSIFICATION) {
          double mean = scale * kernels.get(state, channels) / count;
          kernels.set(output, 2 * row, mean);
          kernels.set(output, 2 * row + 1, -mean);
        } else if (wanted) {
          for (int c = 0; c < channels; c++) {
            kernels.set(output, row * channels + c, scale * kernels.get(state, c));
          }
        }
      }
    }

    @Override
    public void convolve(
        A state, A input, int samples, A output, int outputs, ConvolutionMethod method) {
      if (samples > 0) {
        A from = state == null ? kernels.allocate(stateLength()) : state;
        advance(from, input, samples, output, outputs, newWorkspace(samples));
      }
    }
  }
}
