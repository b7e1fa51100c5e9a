package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.detect.Signal;
import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Detector;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import java.util.Arrays;

/** The detector and one key, fed with blocks of samples five minutes apart. */
final class DetectorStepper {
  private final DiscreteModel<double[]> model;
  private final DiscreteModel.Workspace<double[]> workspace;
  private final int channels;
  private final double[] state;
  private final double[] input;
  private final double[] output;
  private final Runs<double[]> runs = new Runs<>();
  private long position;

  /** A key that has seen nothing, for blocks of up to {@code maxSamples}. */
  DetectorStepper(DetectorConfig config, int maxSamples) {
    Kernels<double[]> kernels = Kernels.float64();
    this.model = Detector.of(config).discretize(Signal.RATE_HZ, kernels);
    this.workspace = model.newWorkspace(maxSamples);
    this.channels = config.channels();
    this.state = kernels.allocate(model.stateLength());
    model.reset(state);
    this.input = kernels.allocate(maxSamples * channels);
    this.output = kernels.allocate(maxSamples * model.model().info().outputSize());
  }

  /** Bytes of the state. */
  long stateBytes() {
    return (long) state.length * Double.BYTES;
  }

  /** Takes {@code samples} samples, those of {@code signal} from {@code from} on. */
  void advance(double[] signal, int from, int samples) {
    System.arraycopy(signal, from * channels, input, 0, samples * channels);
    runs.clear();
    runs.add(state, samples, samples, Signal.timeMicros(0), position);
    model.advance(runs, input, output, workspace);
    position += samples;
  }

  /** What the detector says of sample {@code i} of the last block. */
  Anomaly anomaly(int i) {
    int size = model.model().info().outputSize();
    return Anomaly.of(Arrays.copyOfRange(output, i * size, (i + 1) * size));
  }

  /** Calls of {@code samples} samples each, going round a signal. */
  Paired.Work work(double[] signal, int samples) {
    int blocks = signal.length / channels / samples;
    int[] next = {0};
    return Paired.Work.of(
        () -> {
          advance(signal, next[0] * samples, samples);
          next[0] = (next[0] + 1) % blocks;
        });
  }
}
