package io.flinkssm.benchmarks.pipeline;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The arithmetic of a workload and nothing else: {@code advance} over the states of its keys. */
public final class BareAdvance {
  /** Name of the threads that do the work. */
  public static final String THREADS = "bare advance";

  private final Workload workload;
  private final DiscreteModel<float[]> model;

  public BareAdvance(Workload workload) {
    this.workload = workload;
    this.model = workload.model().discretize(workload.rateHz(), Kernels.float32());
  }

  /**
   * Time per frame.
   *
   * @param wallMicros frames of all threads together, on the clock
   * @param cpuMicros of one thread
   */
  public record Cost(double wallMicros, double cpuMicros) {}

  /** Advances so many frames, on as many threads as the job has scoring operators. */
  public Cost measure(long frames) throws InterruptedException, ExecutionException {
    int threads = Pipeline.PARALLELISM;
    ExecutorService executor =
        Executors.newFixedThreadPool(threads, task -> new Thread(task, THREADS));
    try {
      long start = System.nanoTime();
      List<Future<Long>> parts = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        parts.add(executor.submit(part(frames / threads, Math.max(1, workload.keys() / threads))));
      }
      long cpu = 0;
      for (Future<Long> part : parts) {
        cpu += part.get();
      }
      long wall = System.nanoTime() - start;
      long done = frames / threads * threads;
      return new Cost(wall / 1e3 / done, cpu / 1e3 / done);
    } finally {
      executor.shutdown();
    }
  }

  private Callable<Long> part(long frames, int keys) {
    return () -> {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      int samples = workload.samples();
      DiscreteModel.Workspace<float[]> workspace = model.newWorkspace(samples);
      float[][] states = new float[keys][model.stateLength()];
      float[] output = new float[model.model().info().outputSize()];
      float[] input = workload.frame(0).samples();
      for (float[] state : states) {
        model.reset(state);
      }
      for (long i = 0; i < frames; i++) {
        model.advance(states[(int) (i % keys)], input, samples, output, 1, workspace);
      }
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    };
  }
}
