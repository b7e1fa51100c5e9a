package io.flinkssm.benchmarks;

import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The mixing map of one layer, H → 2H, per sample, beside rows of dot products. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class LinearBenchmark {
  private static final int BLOCK = 160;

  @Param({"64", "128"})
  public int channels;

  @Param({"scalar", "vector"})
  public String provider;

  private Kernels.Linear<float[]> linear;
  private Kernels.Scratch scratch;
  private float[] weight;
  private float[] x;
  private float[] y;

  /** Prepares random weights. */
  @Setup
  public void prepare() {
    Kernels<float[]> kernels = Providers.float32(provider);
    double[] values = Layers.noise(2 * channels * channels, 1);
    linear = kernels.linear(values, null, channels, 2 * channels);
    scratch = linear.newScratch();
    weight = kernels.allocate(values.length);
    kernels.fromDouble(values, 0, weight, 0, values.length);
    x = kernels.allocate(BLOCK * channels);
    kernels.fromDouble(Layers.noise(x.length, 2), 0, x, 0, x.length);
    y = kernels.allocate(2 * BLOCK * channels);
  }

  @Benchmark
  public float[] one() {
    linear.apply(x, y, 1, scratch);
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(BLOCK)
  public float[] block() {
    linear.apply(x, y, BLOCK, scratch);
    return y;
  }

  /** What the kernel replaces: a strict float sum per output, which no JIT may vectorise. */
  @Benchmark
  @OperationsPerInvocation(BLOCK)
  public float[] dotProducts() {
    int out = 2 * channels;
    for (int r = 0; r < BLOCK; r++) {
      for (int o = 0; o < out; o++) {
        float sum = 0;
        for (int i = 0; i < channels; i++) {
          sum += weight[o * channels + i] * x[r * channels + i];
        }
        y[r * out + o] = sum;
      }
    }
    return y;
  }
}
