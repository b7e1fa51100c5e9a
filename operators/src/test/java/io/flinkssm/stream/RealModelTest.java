package io.flinkssm.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.stream.ScoringConfig.Emit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The spoken-digits model of this repository, stepped by the scorer. */
class RealModelTest {
  private static SequenceModel model;

  @BeforeAll
  static void read() throws IOException {
    model = ModelDirectory.read(Path.of("..", "models", "spoken-digits-s4d"));
  }

  private static <A> Scorer<A> scorer(Kernels<A> kernels, Collected collected) {
    ScoringConfig config = ScoringConfig.builder().emit(Emit.SEGMENT_END).build();
    return new Scorer<>(model, kernels, config, collected);
  }

  @Test
  void framesOfAnyLengthGiveWhatOneConvolutionGives() {
    double rate = model.info().sampleRateHz();
    float[] u = Frames.signal(1, 3001, 1);
    DiscreteModel<double[]> discrete = model.discretize(rate, Kernels.float64());
    double[] input = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      input[i] = u[i];
    }
    double[] expected = new double[model.info().outputSize()];
    discrete.convolve(null, input, input.length, expected, 1, ConvolutionMethod.FFT);

    Collected collected = new Collected();
    Scorer<double[]> scorer = scorer(Kernels.float64(), collected);
    KeyState<double[]> state = null;
    for (Frame frame : Frames.splitAnywhere("k", u, rate, 5)) {
      state = scorer.score(state, frame, collected);
    }
    scorer.end(state, "k", collected);
    assertThat(collected.scores.get(0).outputs()).containsExactly(expected, Offset.offset(1e-8));
    assertThat(collected.scores.get(0).position()).isEqualTo(3001);
  }

  @Test
  void aRateInTheMiddleOfASegmentKeepsTheStateAndTheWorkspace() {
    double rate = model.info().sampleRateHz();
    float[] u = Frames.signal(2, 2000, 1);
    Collected collected = new Collected();
    Scorer<float[]> scorer = scorer(Kernels.float32(), collected);
    KeyState<float[]> state = scorer.score(null, Frames.cut("k", u, 0, 1000, rate), collected);
    Frame slower = Frames.frame("k", state.nextMicros(), rate / 2, Frames.signal(3, 300, 1));
    state = scorer.score(state, slower, collected);
    assertThat(state.position()).isEqualTo(1300);
    assertThat(collected.rediscretizations).isEqualTo(1);
    assertThat(scorer.sampleRates()).isEqualTo(2);
    scorer.end(state, "k", collected);
    for (double probability : collected.scores.get(0).probabilities()) {
      assertThat(probability).isBetween(0.0, 1.0);
    }
  }

  @Test
  void framesAllocateNothing() {
    double rate = model.info().sampleRateHz();
    float[] samples = Frames.signal(4, 20, 1);
    Frame[] frames = new Frame[200];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = Frames.frame("k", Frames.T0 + i * Math.round(20e6 / rate), rate, samples);
    }
    Collected collected = new Collected();
    Scorer<float[]> scorer = scorer(Kernels.float32(), collected);
    KeyState<float[]> state = scorer.score(null, frames[0], collected);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int i = 1; i < frames.length; i++) {
      long before = threads.getThreadAllocatedBytes(id);
      state = scorer.score(state, frames[i], collected);
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }
    assertThat(state.position()).isEqualTo(4000);
    assertThat(least).isZero();
  }
}
