package io.flinkssm.benchmarks;

import io.flinkssm.ssm.StateSpace;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The convolution kernels of one layer: what rescoring pays once per model and rate. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class KernelBenchmark {

  @Param({"S4D", "DPLR"})
  public Layers.Kind kind;

  @Param({"64", "128"})
  public int channels;

  @Param({"1024", "16000"})
  public int length;

  private StateSpace layer;

  /** Prepares the layer. */
  @Setup
  public void prepare() {
    layer = kind.layer(channels);
  }

  @Benchmark
  public double[] kernel() {
    return layer.kernel(1, length);
  }
}
