package io.flinkssm.benchmarks;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
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

/** A whole window of 16000 samples through a four-layer model, per sample, kernels cached. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConvolveBenchmark {
  private static final int WINDOW = 16_000;

  @Param({"S4D", "DPLR"})
  public Layers.Kind kind;

  @Param({"64", "128"})
  public int channels;

  @Param({"FFT", "RECURRENCE"})
  public ConvolutionMethod method;

  private DiscreteModel<float[]> model;
  private float[] input;
  private float[] output;

  /** Prepares a window, and the kernels. */
  @Setup
  public void prepare() {
    Kernels<float[]> kernels = Kernels.float32();
    model = kind.model(channels).discretize(16_000, kernels);
    input = kernels.allocate(WINDOW);
    kernels.fromDouble(Layers.noise(WINDOW, 5), 0, input, 0, WINDOW);
    output = kernels.allocate(model.model().info().outputSize());
    window();
  }

  @Benchmark
  @OperationsPerInvocation(WINDOW)
  public float[] window() {
    model.convolve(null, input, WINDOW, output, 1, method);
    return output;
  }
}
