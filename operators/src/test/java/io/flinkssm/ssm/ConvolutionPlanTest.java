package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The planner on costs that can be worked out by hand. */
class ConvolutionPlanTest {

  /** Nanoseconds: 1 a mode, 0.5 more a rank, 0.25 more a head, 2 a point. */
  private static final ConvolutionCosts COSTS = new ConvolutionCosts(1, 0.5, 0.25, 2);

  private static StateSpace diagonal(int channels, int modes, int heads) {
    return Banks.diagonal(new Random(1), Discretization.ZOH, channels, modes, heads);
  }

  private static ConvolutionShape shape(int samples) {
    return ConvolutionShape.of(samples);
  }

  @Test
  void blocksCostTransformsOfTheirOwnLength() {
    ConvolutionShape blocks = new ConvolutionShape(1000, 128, 128, 100);
    assertThat(blocks.blocks()).isEqualTo(8);
    assertThat(COSTS.transforms(diagonal(3, 5, 1), blocks))
        .isCloseTo(8 * 2 * 128 * 7 * 6, within(1e-6));
    // Looking ahead, a block is transformed once and back twice.
    StateSpace both =
        new DiagonalSystem(Banks.parameters(new Random(1), 3, 1, 0, 1, true), Discretization.ZOH);
    assertThat(COSTS.transforms(both, blocks)).isCloseTo(8 * 2 * 128 * 7 * 9, within(1e-6));
    assertThat(COSTS.transforms(both, shape(128))).isCloseTo(2 * 128 * 7 * 6, within(1e-6));
    // A state is carried over the memory alone.
    ConvolutionPlan plan =
        ConvolutionPlan.of(
            diagonal(4, 1000, 1), COSTS, "toy", blocks, true, ConvolutionMethod.AUTO);
    assertThat(plan.method()).isEqualTo(ConvolutionMethod.FFT);
    assertThat(plan.reason()).contains("in 8 blocks of 128 (and two passes");
  }

  @Test
  void kernelsAreChargedByTheirTaps() {
    // 0.4 ns for each of 128 taps, 5 modes, 3 channels and 2 heads.
    assertThat(COSTS.kernels(diagonal(3, 5, 2), shape(100)))
        .isCloseTo(0.4 * 128 * 5 * 3 * 2, within(1e-6));
    // Rank 1 sums over 2 times 2 pairs, and squares matrices of 10 by 10.
    assertThat(COSTS.kernels(Banks.dplr(new Random(1), 3, 5, 1, 1, 0), shape(100)))
        .isCloseTo(3 * (0.4 * 128 * 5 * 4 + 1000), within(1e-6));
  }

  @Test
  void costsAreProductsOfShapes() {
    assertThat(COSTS.recurrence(diagonal(3, 5, 1), 100)).isEqualTo(1500);
    assertThat(COSTS.recurrence(diagonal(3, 5, 3), 100)).isEqualTo(2250);
    assertThat(COSTS.recurrence(Banks.dplr(new Random(1), 3, 5, 2, 1, 0), 100)).isEqualTo(3000);
    // 100 samples take 128 points of 7 levels, and there and back is twice.
    assertThat(COSTS.transforms(diagonal(3, 5, 1), shape(100)))
        .isCloseTo(2 * 128 * 7 * 6, within(1e-6));
    assertThat(COSTS.transforms(diagonal(5, 5, 2), shape(128)))
        .isCloseTo(2 * 128 * 7 * 15, within(1e-6));
    // Windows of up to 64 samples take the least transform.
    assertThat(COSTS.transforms(diagonal(4, 5, 1), shape(1)))
        .isCloseTo(2 * 64 * 6 * 8, within(1e-6));
  }

  @Test
  void takesTheCheaper() {
    // Per channel 28 · 128 by transforms, and a 64th of 0.4 · 128 for a mode of the kernel; 36
    // modes
    // at 100 samples cost 3600, 37 cost 3700.
    ConvolutionPlan few = plan(diagonal(4, 36, 1), 100, false, ConvolutionMethod.AUTO);
    ConvolutionPlan many = plan(diagonal(4, 37, 1), 100, false, ConvolutionMethod.AUTO);
    assertThat(few.method()).isEqualTo(ConvolutionMethod.RECURRENCE);
    assertThat(many.method()).isEqualTo(ConvolutionMethod.FFT);
    assertThat(many.reason())
        .isEqualTo(
            "for 100 samples toy expects 0.0145 ms of transforms and 0.0148 ms of recurrence; kernels take 0.00758 ms once");
  }

  @Test
  void aStateCostsTheTransformsTwoRecurrences() {
    ConvolutionPlan plan = plan(diagonal(4, 1000, 1), 100, true, ConvolutionMethod.AUTO);
    assertThat(plan.method()).isEqualTo(ConvolutionMethod.RECURRENCE);
    assertThat(plan.reason()).contains("0.818 ms of transforms (and two passes");
  }

  @Test
  void doesWhatItIsTold() {
    for (ConvolutionMethod method :
        new ConvolutionMethod[] {ConvolutionMethod.FFT, ConvolutionMethod.RECURRENCE}) {
      assertThat(plan(diagonal(4, 100, 1), 100, true, method))
          .isEqualTo(new ConvolutionPlan(method, "as asked"));
    }
  }

  @Test
  void withoutARecurrenceThereIsNoChoice() {
    StateSpace both =
        new DiagonalSystem(Banks.parameters(new Random(1), 2, 1, 0, 1, true), Discretization.ZOH);
    for (ConvolutionMethod method :
        new ConvolutionMethod[] {ConvolutionMethod.AUTO, ConvolutionMethod.FFT}) {
      ConvolutionPlan plan = plan(both, 16000, false, method);
      assertThat(plan.method()).isEqualTo(ConvolutionMethod.FFT);
      assertThat(plan.reason()).contains("no recurrence", "bidirectional");
    }
    assertThatThrownBy(() -> plan(both, 16000, false, ConvolutionMethod.RECURRENCE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("bidirectional");
  }

  @Test
  void providersHaveCosts() {
    for (Kernels<?> kernels :
        List.of(Providers.float32("scalar"), Kernels.float32(), Kernels.float64())) {
      for (int heads = 1; heads <= 2; heads++) {
        ConvolutionPlan small = plan(kernels, 1, heads);
        ConvolutionPlan large = plan(kernels, 512, heads);
        assertThat(small.method()).isEqualTo(ConvolutionMethod.RECURRENCE);
        assertThat(large.method()).isEqualTo(ConvolutionMethod.FFT);
        assertThat(large.reason()).contains(kernels.name());
      }
    }
  }

  @Test
  void breakEvenIsWhereTheCostsSay() {
    Kernels<?> scalar = Providers.float32("scalar");
    assertThat(plan(scalar, 33, 1).method()).isEqualTo(ConvolutionMethod.RECURRENCE);
    assertThat(plan(scalar, 34, 1).method()).isEqualTo(ConvolutionMethod.FFT);
    assertThat(plan(Kernels.float64(), 29, 1).method()).isEqualTo(ConvolutionMethod.RECURRENCE);
    assertThat(plan(Kernels.float64(), 30, 1).method()).isEqualTo(ConvolutionMethod.FFT);
  }

  private static ConvolutionPlan plan(Kernels<?> kernels, int modes, int heads) {
    return ConvolutionPlan.of(
        diagonal(32, modes, heads), kernels, shape(16_384), false, ConvolutionMethod.AUTO);
  }

  private static ConvolutionPlan plan(
      StateSpace system, int samples, boolean carriesState, ConvolutionMethod wanted) {
    return ConvolutionPlan.of(system, COSTS, "toy", shape(samples), carriesState, wanted);
  }
}
