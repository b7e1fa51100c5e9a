package io.flinkssm.benchmarks;

import io.flinkssm.simd.DiscreteSystem;
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

/** The recurrence of one layer, per sample: one at a time, in blocks of 160, and naively. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScanBenchmark {
  private static final int BLOCK = 160;

  @Param({"S4D", "DPLR"})
  public Layers.Kind kind;

  @Param({"64", "128"})
  public int channels;

  private Kernels.Scan<float[]> scan;
  private Kernels.Scratch scratch;
  private float[] state;
  private float[] u;
  private float[] y;
  private NaiveScan naive;
  private double[] naiveU;
  private double[] naiveY;

  /** Prepares one key. */
  @Setup
  public void prepare() {
    Kernels<float[]> kernels = Kernels.float32();
    DiscreteSystem system = kind.discrete(channels);
    scan = kernels.scan(system);
    scratch = scan.newScratch();
    state = kernels.allocate(system.stateLength());
    u = kernels.allocate(BLOCK * channels);
    y = kernels.allocate(BLOCK * channels);
    naive = new NaiveScan(system);
    naiveU = Layers.noise(BLOCK * channels, 4);
    naiveY = new double[BLOCK * channels];
    kernels.fromDouble(naiveU, 0, u, 0, u.length);
  }

  @Benchmark
  public float[] one() {
    scan.advance(state, 0, u, y, 1, scratch);
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(BLOCK)
  public float[] block() {
    scan.advance(state, 0, u, y, BLOCK, scratch);
    return y;
  }

  @Benchmark
  @OperationsPerInvocation(BLOCK)
  public double[] naive() {
    naive.advance(naiveU, naiveY, BLOCK);
    return naiveY;
  }
}
