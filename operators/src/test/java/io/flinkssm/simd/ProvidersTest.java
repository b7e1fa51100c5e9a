package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choice of the float32 kernels, in JVMs started with this option and that. */
class ProvidersTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  @Test
  void fallsBackWhereTheModuleIsMissingAndSaysHowToAddIt() throws Exception {
    assertThat(run())
        .contains("chose float32-scalar")
        .contains(
            "float32 kernels: plain Java, because module jdk.incubator.vector is not in this JVM;"
                + " start a JDK's java with --add-modules jdk.incubator.vector");
  }

  @ParameterizedTest
  @CsvSource({
    "-Xint,                     this JVM only interprets",
    "-XX:TieredStopAtLevel=1,   the C2 compiler is off in this JVM",
    "-XX:TieredStopAtLevel=3,   the C2 compiler is off in this JVM",
    "-XX:CompilationMode=quick-only, the C2 compiler is off in this JVM",
    "-XX:-UseFMA,               this CPU or JVM has no fused multiply-add",
  })
  void fallsBackWhereVectorsWouldBeSlow(String option, String reason) throws Exception {
    assertThat(run(MODULE, option))
        .contains("chose float32-scalar")
        .contains("float32 kernels: plain Java, because " + reason);
  }

  @Test
  void fallsBackWhereVectorsAreShort() throws Exception {
    assumeThat(KernelsUnderTest.float32()).hasSize(2);
    assertThat(run(MODULE, "-XX:MaxVectorSize=16"))
        .contains("chose float32-scalar")
        .contains("because vectors hold 4 floats here, and at least 8 are needed");
  }

  @Test
  void takesTheVectorApiWhereItIsFast() throws Exception {
    assumeThat(KernelsUnderTest.float32()).hasSize(2);
    String name = KernelsUnderTest.float32().get(1).name();
    assertThat(run(MODULE))
        .contains("float32 kernels: Vector API, " + name)
        .contains("chose " + name);
    assertThat(run(MODULE, "-XX:-TieredCompilation")).contains("chose " + name);
  }

  @Test
  void aPropertyForcesTheProvider() throws Exception {
    assertThat(run(MODULE, "-Dssm.kernels=scalar"))
        .contains("chose float32-scalar")
        .contains("float32 kernels: plain Java, as asked for");
    assertThat(run("-Dssm.kernels=vector"))
        .contains(
            "IllegalStateException: vector kernels cannot run, because module jdk.incubator.vector"
                + " is not in this JVM")
        .doesNotContain("chose");
    assumeThat(KernelsUnderTest.float32()).hasSize(2);
    assertThat(run(MODULE, "-Dssm.kernels=vector")).contains("chose float32-vector");
  }

  @Test
  void anUnknownProviderIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Providers.float32("simd"))
        .withMessage("kernels 'simd' are unknown: set ssm.kernels to auto, scalar or vector");
  }

  @Test
  void anotherCompilerThanC2IsNoCompilerOfVectors() {
    Map<String, String> graal = Map.of("UseCompiler", "true", "UseJVMCICompiler", "true");
    assertThat(JitCompiler.obstacle(option -> graal.getOrDefault(option, "")))
        .hasValue("another compiler stands in for C2 in this JVM");
  }

  @Test
  void theSelfTestSeesAWrongKernel() {
    Kernels<float[]> wrong =
        new FloatKernels() {
          @Override
          public void combine(double alpha, float[] x, double beta, float[] y, int length) {
            super.combine(alpha, x, beta, y, length - 1);
          }
        };
    assertThat(SelfTest.compare(wrong, FloatKernels.INSTANCE))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith("combine gives ").contains(" at 36"));
    assertThat(SelfTest.compare(new FloatKernels() {}, FloatKernels.INSTANCE)).isEmpty();
  }

  /** Everything that a JVM with these options says while it chooses. */
  private static String run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), ProvidersProbe.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
