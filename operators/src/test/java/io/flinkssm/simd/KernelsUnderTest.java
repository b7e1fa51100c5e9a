package io.flinkssm.simd;

import java.util.ArrayList;
import java.util.List;

/** Every provider that runs on this machine; the vector one is missing where the CPU is too old. */
final class KernelsUnderTest {

  private KernelsUnderTest() {}

  /** The float32 providers. */
  static List<Kernels<float[]>> float32() {
    List<Kernels<float[]>> found = new ArrayList<>();
    found.add(Providers.float32("scalar"));
    Kernels<float[]> best = Providers.float32("auto");
    if (best != found.get(0)) {
      found.add(best);
    }
    return found;
  }

  /** Both precisions. */
  static List<Kernels<?>> all() {
    List<Kernels<?>> found = new ArrayList<>(float32());
    found.add(Kernels.float64());
    return found;
  }
}
