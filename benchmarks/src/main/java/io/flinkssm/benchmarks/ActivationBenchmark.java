package io.flinkssm.benchmarks;

import io.flinkssm.simd.Activation;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Element-wise functions of 4096 elements: fitted float32 beside exact float64. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ActivationBenchmark {
  private static final int LENGTH = 4096;

  @Param({"GELU", "SIGMOID", "TANH"})
  public Activation activation;

  @Param({"scalar", "vector"})
  public String provider;

  private Kernels<float[]> kernels;
  private double[] values;
  private float[] single;
  private double[] exact;

  /** Values of ±3. */
  @Setup
  public void prepare() {
    kernels = Providers.float32(provider);
    values = Layers.noise(LENGTH, 1);
    for (int i = 0; i < LENGTH; i++) {
      values[i] *= 3;
    }
    single = new float[LENGTH];
    exact = new double[LENGTH];
  }

  @Benchmark
  public float[] float32() {
    kernels.fromDouble(values, 0, single, 0, LENGTH);
    kernels.activate(activation, single, LENGTH);
    return single;
  }

  @Benchmark
  public double[] float64() {
    Kernels.float64().fromDouble(values, 0, exact, 0, LENGTH);
    Kernels.float64().activate(activation, exact, LENGTH);
    return exact;
  }
}
