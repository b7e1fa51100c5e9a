package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;

/** A model of {@link Layers} with the states of some keys, ready to be timed. */
final class Stepper {
  private final DiscreteModel<float[]> model;
  private final DiscreteModel.Workspace<float[]> workspace;
  private final float[][] states;
  private final float[] input;
  private final float[] output;
  private final Runs<float[]> runs = new Runs<>();
  private int next;

  /** A model with {@code keys} keys, for blocks of up to {@code maxSamples}. */
  Stepper(SequenceModel model, int keys, int maxSamples) {
    Kernels<float[]> kernels = Kernels.float32();
    this.model = model.discretize(Layers.RATE_HZ, kernels);
    this.workspace = this.model.newWorkspace(maxSamples);
    this.states = new float[keys][];
    for (int k = 0; k < keys; k++) {
      states[k] = kernels.allocate(this.model.stateLength());
      this.model.reset(states[k]);
    }
    this.input = kernels.allocate(maxSamples);
    kernels.fromDouble(Layers.noise(maxSamples, 5), 0, input, 0, maxSamples);
    this.output = kernels.allocate(maxSamples * Layers.OUTPUTS);
  }

  /** Bytes of one key's state. */
  long stateBytes() {
    return (long) model.stateLength() * Float.BYTES;
  }

  /** One call of {@code samples} samples for one key, the keys taking turns. */
  Paired.Work advance(int samples) {
    return Paired.Work.of(
        () -> model.advance(states[turn(1)], input, samples, output, 1, workspace));
  }

  /** One call for {@code keys} keys with one sample each, all keys taking turns. */
  Paired.Work bundle(int keys) {
    return Paired.Work.of(
        () -> {
          int first = turn(keys);
          runs.clear();
          for (int k = 0; k < keys; k++) {
            runs.add(states[first + k], 1, 1);
          }
          model.advance(runs, input, output, workspace);
        });
  }

  /** The first of the {@code keys} whose turn it is. */
  private int turn(int keys) {
    int first = next + keys > states.length ? 0 : next;
    next = first + keys;
    return first;
  }
}
