package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * A model that remembers nothing and writes down what it is given: with it, the rules of scoring
 * become those of windows.
 */
final class SampleRecorder implements SequenceModel {
  private final ModelInfo info;
  private final DoubleConsumer checkRate;
  private final List<Run> runs = new ArrayList<>();
  private float[] samples = new float[1024];
  private int values;

  /**
   * Samples consumed at one rate.
   *
   * @param end samples written down up to and including them
   */
  record Run(double sampleRateHz, int end) {}

  /**
   * @param of the model whose channels and rates it has
   * @param checkRate throws an IllegalArgumentException for rates that cannot be used
   */
  SampleRecorder(ModelInfo of, DoubleConsumer checkRate) {
    // The identity stands in stored clocks, which outlive the model that scores the windows.
    info =
        new ModelInfo(
            "samples",
            "1",
            "",
            "recorder",
            ModelInfo.Task.FEATURES,
            of.inputChannels(),
            0,
            List.of(),
            of.sampleRateHz(),
            of.minSampleRateHz(),
            of.maxSampleRateHz(),
            0);
    this.checkRate = checkRate;
  }

  /** Samples per channel written down since {@link #clear}. */
  int length() {
    return values / info.inputChannels();
  }

  /** The rates at which they were consumed, in order. */
  List<Run> runs() {
    return runs;
  }

  /** The samples {@code from} … {@code to − 1}. */
  float[] samples(int from, int to) {
    return Arrays.copyOfRange(samples, from * info.inputChannels(), to * info.inputChannels());
  }

  void clear() {
    values = 0;
    runs.clear();
  }

  private void append(double sampleRateHz, Object rows, int count) {
    if (values + count > samples.length) {
      samples = Arrays.copyOf(samples, Math.max(values + count, 2 * samples.length));
    }
    System.arraycopy(rows, 0, samples, values, count);
    values += count;
    int last = runs.size() - 1;
    if (last >= 0 && runs.get(last).sampleRateHz == sampleRateHz) {
      runs.remove(last);
    }
    runs.add(new Run(sampleRateHz, length()));
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public String whyNotStreaming() {
    return null;
  }

  @Override
  public <A> DiscreteModel<A> discretize(
      double sampleRateHz, RateMethod method, Kernels<A> kernels) {
    checkRate.accept(sampleRateHz);
    return new Discrete<>(sampleRateHz);
  }

  private final class Discrete<A> implements DiscreteModel<A> {
    private final double sampleRateHz;

    Discrete(double sampleRateHz) {
      this.sampleRateHz = sampleRateHz;
    }

    @Override
    public SequenceModel model() {
      return SampleRecorder.this;
    }

    @Override
    public double sampleRateHz() {
      return sampleRateHz;
    }

    @Override
    public int stateLength() {
      return 0;
    }

    @Override
    public void reset(A state) {}

    @Override
    public Workspace<A> newWorkspace(int maxSamples) {
      return new Workspace<>(maxSamples) {};
    }

    @Override
    public void advance(Runs<A> block, A input, A output, Workspace<A> workspace) {
      // A is float[]: the scorer is one of float32.
      append(sampleRateHz, input, block.samples() * info.inputChannels());
    }

    @Override
    public void convolve(
        A state, A input, int count, A output, int outputs, ConvolutionMethod method) {
      throw new UnsupportedOperationException("samples are only written down");
    }
  }
}
