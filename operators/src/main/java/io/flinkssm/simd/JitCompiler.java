package io.flinkssm.simd;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Whether this JVM compiles vectors to instructions. Only HotSpot's C2 does; elsewhere each lane
 * operation is an object and a loop, about a hundred times slower than plain Java.
 */
final class JitCompiler {

  private JitCompiler() {}

  /** What keeps this JVM from compiling vectors, as a clause after "because"; empty if nothing. */
  static Optional<String> obstacle() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return bean == null
          ? Optional.of("this JVM is not HotSpot")
          : obstacle(option -> option(bean, option));
    } catch (LinkageError e) {
      return Optional.of("module jdk.management is not in this JVM");
    }
  }

  /** As {@link #obstacle()}, for options by name; an unknown option is the empty string. */
  static Optional<String> obstacle(UnaryOperator<String> option) {
    if (option.apply("UseCompiler").equals("false")) {
      return Optional.of("this JVM only interprets");
    }
    boolean tiered = option.apply("TieredCompilation").equals("true");
    boolean stopped = tiered && !option.apply("TieredStopAtLevel").equals("4");
    if (stopped || option.apply("CompilationMode").startsWith("quick-only")) {
      return Optional.of("the C2 compiler is off in this JVM");
    }
    if (option.apply("UseJVMCICompiler").equals("true")) {
      return Optional.of("another compiler stands in for C2 in this JVM");
    }
    if (!option.apply("UseFMA").equals("true")) {
      return Optional.of("this CPU or JVM has no fused multiply-add");
    }
    return Optional.empty();
  }

  private static String option(HotSpotDiagnosticMXBean bean, String name) {
    try {
      return bean.getVMOption(name).getValue();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
