package io.flinkssm.jobs.blas;

import io.flinkssm.flink.KernelsChoice;
import io.flinkssm.simd.Kernels;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who multiplies matrices in position-wise layers. */
public enum LinearProducts {
  JAVA,
  BLAS,
  AUTO;

  private static final Logger LOG = LoggerFactory.getLogger(LinearProducts.class);

  /** What to give to the operator. */
  public KernelsChoice choice() {
    return switch (this) {
      case JAVA -> KernelsChoice.usual();
      case BLAS -> LinearProducts::byBlas;
      case AUTO -> LinearProducts::byWhatIsFaster;
    };
  }

  private static <A> Kernels<A> byBlas(Kernels<A> usual) {
    Kernels<A> kernels = new BlasKernels<>(usual);
    LOG.info("Position-wise layers: ND4J, as asked for");
    return kernels;
  }

  private static <A> Kernels<A> byWhatIsFaster(Kernels<A> usual) {
    Optional<String> obstacle =
        isPlainJava(usual)
            ? Nd4j.obstacle()
            : Optional.of(usual.name() + " multiplies as fast as BLAS does");
    if (obstacle.isPresent()) {
      LOG.info("Position-wise layers: Java, because {}", obstacle.get());
      return usual;
    }
    LOG.info("Position-wise layers: ND4J, because {} is slower", usual.name());
    return new BlasKernels<>(usual);
  }

  /** What BLAS was measured to beat, unlike the Vector API: see benchmarks/README.md. */
  private static boolean isPlainJava(Kernels<?> usual) {
    return usual.name().endsWith("-scalar");
  }
}
