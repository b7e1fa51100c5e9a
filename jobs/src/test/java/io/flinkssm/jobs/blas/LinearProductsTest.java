package io.flinkssm.jobs.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkssm.flink.KernelsChoice;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** Who multiplies, with ND4J on the class path and without it. */
class LinearProductsTest {
  private final Kernels<float[]> scalar = Providers.float32("scalar");

  @Test
  void javaKeepsTheUsualKernels() throws Exception {
    assertThat(shipped(LinearProducts.JAVA).of(scalar)).isSameAs(scalar);
  }

  @Test
  void autoTakesNd4jWhereItIsMeasuredToBeFaster() {
    for (Kernels<?> java : List.of(scalar, Kernels.float64())) {
      assertThat(LinearProducts.noGain(java, "SkylakeX")).isEmpty();
      assertThat(LinearProducts.noGain(java, null).orElseThrow()).contains("OPENBLAS_CORETYPE");
      assertThat(LinearProducts.noGain(java, "")).isPresent();
    }
    Kernels<float[]> vector = Kernels.float32();
    assumeTrue(vector != scalar, "no Vector API in this JVM");
    assertThat(LinearProducts.noGain(vector, "SkylakeX").orElseThrow()).contains(vector.name());
  }

  @Test
  void autoKeepsTheUsualKernelsElsewhere() throws Exception {
    boolean gains =
        LinearProducts.noGain(scalar, System.getenv("OPENBLAS_CORETYPE")).isEmpty()
            && Nd4j.obstacle().isEmpty();
    Kernels<float[]> chosen = shipped(LinearProducts.AUTO).of(scalar);
    assertThat(chosen instanceof BlasKernels).isEqualTo(gains);
  }

  @Test
  void blasWithoutNd4jNamesWhatIsMissingAndWhereToPutIt() throws Exception {
    assumeTrue(Nd4j.obstacle().isPresent(), "ND4J is here");
    KernelsChoice blas = shipped(LinearProducts.BLAS);
    assertThatThrownBy(() -> blas.of(scalar))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Nd4j.ARTIFACT)
        .hasMessageContaining("lib folder")
        .hasMessageContaining("rescore.linear");
  }

  @Test
  void blasTakesNd4jWhereItIs() throws Exception {
    assumeTrue(Nd4j.obstacle().isEmpty(), "ND4J is not here; build with -Pblas");
    assertThat(shipped(LinearProducts.BLAS).of(scalar).name()).isEqualTo("float32-scalar+blas");
  }

  /** The choice as a task manager gets it. */
  private static KernelsChoice shipped(LinearProducts products) throws Exception {
    return InstantiationUtil.clone(products.choice());
  }
}
