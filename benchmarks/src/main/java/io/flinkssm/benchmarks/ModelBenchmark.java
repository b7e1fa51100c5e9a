package io.flinkssm.benchmarks;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A whole four-layer model, per sample: one sample a call, and 160, each with one output. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ModelBenchmark {
  private static final int BLOCK = 160;

  @Param({"S4D", "DPLR"})
  public Layers.Kind kind;

  @Param({"64", "128"})
  public int channels;

  private DiscreteModel<float[]> model;
  private DiscreteModel.Workspace<float[]> workspace;
  private float[] state;
  private float[] input;
  private float[] output;

  /** Prepares one key. */
  @Setup
  public void prepare() {
    Kernels<float[]> kernels = Kernels.float32();
    model = kind.model(channels).discretize(16000, kernels);
    workspace = model.newWorkspace(BLOCK);
    state = kernels.allocate(model.stateLength());
    model.reset(state);
    input = kernels.allocate(BLOCK);
    kernels.fromDouble(Layers.noise(BLOCK, 5), 0, input, 0, BLOCK);
    output = kernels.allocate(model.model().info().outputSize());
  }

  @Benchmark
  public float[] one() {
    model.advance(state, input, 1, output, 1, workspace);
    return output;
  }

  @Benchmark
  @OperationsPerInvocation(BLOCK)
  public float[] block() {
    model.advance(state, input, BLOCK, output, 1, workspace);
    return output;
  }
}
