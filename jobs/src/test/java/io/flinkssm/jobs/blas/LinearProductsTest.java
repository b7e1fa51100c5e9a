package io.flinkssm.jobs.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkssm.flink.KernelsChoice;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
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
  void autoTakesNd4jOnlyWhereItIsAndBesidePlainJava() throws Exception {
    boolean there = Nd4j.obstacle().isEmpty();
    KernelsChoice auto = shipped(LinearProducts.AUTO);
    assertThat(auto.of(scalar) instanceof BlasKernels).isEqualTo(there);
    assertThat(auto.of(Kernels.float64()) instanceof BlasKernels).isEqualTo(there);
    Kernels<float[]> vector = Kernels.float32();
    assumeTrue(vector != scalar, "no Vector API in this JVM");
    assertThat(auto.of(vector)).isSameAs(vector);
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
