package io.flinkssm.simd;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the float32 kernels of this JVM, once: the Vector API where it is there and fast, plain
 * Java otherwise. The choice rests on what the JVM and the CPU are, never on timings, so that a
 * restart on the same machine gives the same bits; the two providers differ in last bits.
 *
 * <p>The system property {@value #PROPERTY} forces it: {@code auto} (default), {@code scalar} or
 * {@code vector}.
 */
public final class Providers {
  /** System property that forces a provider. */
  public static final String PROPERTY = "ssm.kernels";

  private static final Logger LOG = LoggerFactory.getLogger(Providers.class);
  private static final String MODULE = "jdk.incubator.vector";

  /** Named only here: a JVM without the module must not load it. */
  private static final String VECTOR = "io.flinkssm.simd.vector.VectorFloatKernels";

  private static Kernels<float[]> chosen;

  private Providers() {}

  /** The float32 kernels of this JVM. */
  static synchronized Kernels<float[]> float32() {
    if (chosen == null) {
      chosen = float32(System.getProperty(PROPERTY, "auto"));
    }
    return chosen;
  }

  /**
   * Float32 kernels by the name of their provider; logs which they are, and why.
   *
   * @param provider {@code auto}, {@code scalar} or {@code vector}
   * @throws IllegalArgumentException for another name
   * @throws IllegalStateException for {@code vector} where it cannot run, saying why
   */
  public static Kernels<float[]> float32(String provider) {
    if (provider.equals("scalar")) {
      LOG.info("float32 kernels: plain Java, as asked for");
      return FloatKernels.INSTANCE;
    }
    boolean automatic = provider.equals("auto");
    if (!automatic && !provider.equals("vector")) {
      throw new IllegalArgumentException(
          "kernels '" + provider + "' are unknown: set " + PROPERTY + " to auto, scalar or vector");
    }
    try {
      Kernels<float[]> kernels = vector();
      LOG.info("float32 kernels: Vector API, {}", kernels.name());
      return kernels;
    } catch (UnsupportedOperationException e) {
      if (automatic) {
        LOG.info("float32 kernels: plain Java, because {}", e.getMessage());
        return FloatKernels.INSTANCE;
      }
      throw new IllegalStateException("vector kernels cannot run, because " + e.getMessage(), e);
    }
  }

  private static Kernels<float[]> vector() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      throw new UnsupportedOperationException(
          "module "
              + MODULE
              + " is not in this JVM; start a JDK's java with --add-modules "
              + MODULE);
    }
    Optional<String> obstacle = JitCompiler.obstacle();
    if (obstacle.isPresent()) {
      throw new UnsupportedOperationException(obstacle.get());
    }
    Kernels<float[]> kernels = load();
    Optional<String> failure = SelfTest.compare(kernels, FloatKernels.INSTANCE);
    if (failure.isPresent()) {
      throw new UnsupportedOperationException("the self-test failed: " + failure.get());
    }
    return kernels;
  }

  @SuppressWarnings("unchecked") // the class implements Kernels<float[]>
  private static Kernels<float[]> load() {
    try {
      return (Kernels<float[]>)
          Class.forName(VECTOR).asSubclass(Kernels.class).getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof UnsupportedOperationException reason) {
        throw reason;
      }
      throw new UnsupportedOperationException("they do not load: " + e.getCause(), e);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new UnsupportedOperationException("they do not load: " + e, e);
    }
  }
}
