package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Kernels are made once for each length, whoever asks, and few are kept. */
class ConvolutionCacheTest {

  private final Counting system = new Counting();
  private final ConvolutionCache<double[]> cache =
      new ConvolutionCache<>(system, Kernels.float64(), 1);

  @Test
  void windowsOfOnePowerOfTwoShareKernels() {
    CausalConvolution<double[]> first = cache.forWindow(65);
    assertThat(first.maxSamples()).isEqualTo(128);
    assertThat(cache.forWindow(128)).isSameAs(first);
    assertThat(cache.forWindow(64)).isNotSameAs(first);
    assertThat(cache.forWindow(1)).isSameAs(cache.forWindow(64));
    assertThat(cache.forWindow(100)).isSameAs(first);
    assertThat(system.made).containsExactly(128, 64);
  }

  @Test
  void theLeastRecentlyUsedOfMoreThanFourIsDropped() {
    for (int samples : new int[] {64, 128, 256, 512, 64, 1024}) {
      cache.forWindow(samples);
    }
    assertThat(system.made).containsExactly(64, 128, 256, 512, 1024);
    cache.forWindow(64);
    assertThat(system.made).hasSize(5);
    cache.forWindow(128);
    assertThat(system.made).containsExactly(64, 128, 256, 512, 1024, 128);
  }

  @Test
  void whereKernelsDependOnTheLengthEveryLengthIsItsOwn() {
    StateSpace dss = new DssSystem(Banks.parameters(new Random(1), 2, 3, 0, 1, false));
    ConvolutionCache<double[]> exact = new ConvolutionCache<>(dss, Kernels.float64(), 1);
    assertThat(exact.forWindow(65).maxSamples()).isEqualTo(65);
    assertThat(exact.forWindow(66)).isNotSameAs(exact.forWindow(65));
  }

  @Test
  void threadsWaitForTheSameLengthAndNotForAnother() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      system.gate = new CountDownLatch(1);
      List<Future<CausalConvolution<double[]>>> waiting = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        waiting.add(threads.submit(() -> cache.forWindow(200)));
      }
      assertThat(system.entered.await(20, TimeUnit.SECONDS)).isTrue();
      // One thread is making kernels for 256 and cannot go on; another length is made meanwhile.
      assertThat(threads.submit(() -> cache.forWindow(64)).get(20, TimeUnit.SECONDS)).isNotNull();
      system.gate.countDown();
      CausalConvolution<double[]> made = cache.forWindow(256);
      for (Future<CausalConvolution<double[]>> future : waiting) {
        assertThat(future.get(20, TimeUnit.SECONDS)).isSameAs(made);
      }
      assertThat(system.made).containsExactlyInAnyOrder(256, 64);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFailureIsNotKept() {
    system.fails = true;
    assertThatThrownBy(() -> cache.forWindow(64)).isInstanceOf(ArithmeticException.class);
    system.fails = false;
    assertThat(cache.forWindow(64)).isNotNull();
  }

  /** One channel whose kernel is all ones; counts lengths, and can be held up at 256. */
  private static final class Counting implements StateSpace {
    final List<Integer> made = new ArrayList<>();
    final CountDownLatch entered = new CountDownLatch(1);
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean fails;

    @Override
    public double[] kernel(double rate, int length) {
      if (fails) {
        throw new ArithmeticException("no kernel today");
      }
      synchronized (made) {
        made.add(length);
      }
      if (length == 256) {
        entered.countDown();
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return new double[length];
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public int modes() {
      return 1;
    }

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int heads() {
      return 1;
    }

    @Override
    public boolean bidirectional() {
      return false;
    }

    @Override
    public String whyNotStreaming() {
      return null;
    }

    @Override
    public DiscreteSystem discretize(double rate) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double[] skip() {
      return new double[1];
    }

    @Override
    public double conditionNumber() {
      return 1;
    }

    @Override
    public double[] timeConstants() {
      return new double[1];
    }

    @Override
    public double[] frequencies() {
      return new double[1];
    }

    @Override
    public int aliasedModes(double rate) {
      return 0;
    }

    @Override
    public SampledMode mode(double rate, int channel, int mode) {
      throw new UnsupportedOperationException();
    }
  }
}
