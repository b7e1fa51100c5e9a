package io.flinkssm.simd;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;

/** Run in a JVM of its own by {@link ProvidersTest}: prints the provider that it chose, and why. */
final class ProvidersProbe {

  private ProvidersProbe() {}

  public static void main(String[] arguments) {
    Configurator.initialize(new DefaultConfiguration());
    Configurator.setRootLevel(Level.INFO);
    System.out.println("chose " + Kernels.float32().name());
  }
}
