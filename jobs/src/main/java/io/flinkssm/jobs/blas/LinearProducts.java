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

  /** Environment variable that OpenBLAS reads. */
  private static final String CORE = "OPENBLAS_CORETYPE";

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
    Optional<String> obstacle = noGain(usual, System.getenv(CORE)).or(Nd4j::obstacle);
    if (obstacle.isPresent()) {
      LOG.info("Position-wise layers: Java, because {}", obstacle.get());
      return usual;
    }
    LOG.info("Position-wise layers: ND4J, because {} is slower", usual.name());
    return new BlasKernels<>(usual);
  }

  /**
   * Why BLAS is not to be expected to be faster, by the measurements in benchmarks/README.md:
   * nothing if it is.
   *
   * @param core value of {@value #CORE}, or null
   */
  static Optional<String> noGain(Kernels<?> usual, String core) {
    if (!usual.name().endsWith("-scalar")) {
      return Optional.of(usual.name() + " multiplies as fast as BLAS does");
    }
    if (core == null || core.isBlank()) {
      // Newer processors than itself it takes for very old ones, and there is no asking it.
      return Optional.of(
          CORE + " does not say which kernels OpenBLAS is to use, as SkylakeX or Haswell");
    }
    return Optional.empty();
  }
}
