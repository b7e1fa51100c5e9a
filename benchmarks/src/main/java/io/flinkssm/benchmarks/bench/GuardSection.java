package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.VectorisationGuard;
import java.util.List;

/** Whether the plain-Java kernels still vectorise; fails the benchmark if one does not. */
final class GuardSection implements Section {

  @Override
  public String name() {
    return "guard";
  }

  @Override
  public String title() {
    return "Plain-Java kernels, against losing their vectors";
  }

  @Override
  public void run(Bench bench) {
    List<VectorisationGuard.Result> results = VectorisationGuard.measure();
    for (VectorisationGuard.Result result : results) {
      bench.row(
          Row.single(
              name(),
              result.kernel() + ", plain Java, speed",
              "the same arithmetic one element at a time",
              Target.atLeast(result.least(), "×"),
              result.ratio(),
              "×",
              ""));
    }
    List<String> lost =
        results.stream()
            .filter(result -> !result.passed())
            .map(VectorisationGuard.Result::kernel)
            .toList();
    if (!lost.isEmpty()) {
      throw new IllegalStateException(
          "plain-Java kernels no longer vectorise: "
              + lost
              + "; see the class comment of io.flinkssm.simd.FloatLoops for what C2 needs");
    }
  }
}
