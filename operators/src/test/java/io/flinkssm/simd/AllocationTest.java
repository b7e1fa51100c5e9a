package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing but preparation allocates. */
class AllocationTest {
  private static final int ROWS = 20;
  private static final int WIDTH = 45;
  private static final int ROUNDS = 500_000;

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void aRoundOfEveryKernelAllocatesNothing(Kernels<A> kernels) {
    Kernels.Scan<A> diagonal = kernels.scan(Systems.random(WIDTH, 5, 0, 2, 1));
    Kernels.Scan<A> lowRank = kernels.scan(Systems.random(WIDTH, 5, 2, 2, 1));
    double[] weight = Systems.gaussian(new Random(1), 2 * WIDTH * WIDTH, 1);
    Kernels.Linear<A> linear = kernels.linear(weight, null, WIDTH, 2 * WIDTH);
    Kernels.Scratch[] scratch = {diagonal.newScratch(), lowRank.newScratch(), linear.newScratch()};
    Activation[] activations = Activation.values();
    A state = kernels.allocate(2 * 5 * WIDTH);
    A x = kernels.allocate(ROWS * WIDTH);
    A wide = kernels.allocate(ROWS * 2 * WIDTH);
    A row = kernels.allocate(WIDTH);
    A sums = kernels.allocate(2 * WIDTH);
    Runs<A> runs = new Runs<>();
    Runnable round =
        () -> {
          runs.clear();
          runs.add(state, ROWS, 0);
          diagonal.advance(runs, 0, x, wide, scratch[0]);
          lowRank.advance(runs, 0, x, wide, scratch[1]);
          linear.apply(x, wide, ROWS, scratch[2]);
          kernels.glu(wide, x, ROWS, WIDTH);
          for (Activation activation : activations) {
            kernels.activate(activation, x, ROWS * WIDTH);
          }
          kernels.layerNorm(x, ROWS, WIDTH, row, row, 1e-5);
          kernels.affine(x, ROWS, WIDTH, row, row);
          kernels.accumulate(x, 0, ROWS, WIDTH, sums, 0);
          kernels.quotient(sums, 0, WIDTH, 2, row, 0);
          kernels.flushTiny(state, 0, kernels.length(state));
        };
    // The first rounds load classes, and vectors are objects until the compiler has seen to them.
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS && least > 0; i++) {
      least = Math.min(least, allocatedBy(round));
    }
    assertThat(least).isZero();
    assertThat(allocatedBy(() -> kernels.allocate(1000))).isGreaterThanOrEqualTo(4000);
  }

  static long allocatedBy(Runnable round) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(id);
    round.run();
    return threads.getThreadAllocatedBytes(id) - before;
  }
}
