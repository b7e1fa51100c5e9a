package io.flinkssm.sqlclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The jar brings its own libraries under its own name, so that it can meet no others. */
class ShadedJarITCase {
  private static final String FACTORIES =
      "META-INF/services/org.apache.flink.table.factories.Factory";

  @Test
  void everyClassIsUnderOurName() throws IOException {
    assertThat(files(Distribution.jar()))
        .contains(
            "io/flinkssm/sql/SsmModule.class",
            "io/flinkssm/flink/SsmScoring.class",
            "io/flinkssm/simd/vector/VectorFloatKernels.class",
            "io/flinkssm/shaded/org/jtransforms/fft/FloatFFT_1D.class",
            "io/flinkssm/shaded/org/apache/commons/math3/util/FastMath.class",
            "META-INF/LICENSE",
            "META-INF/NOTICE")
        .allMatch(name -> name.startsWith("io/flinkssm/") || name.startsWith("META-INF/"))
        // Starts a cluster: no business of users'.
        .noneMatch(name -> name.startsWith("io/flinkssm/sqlclient/"))
        // Classes for newer Javas keep their names when others are moved.
        .noneMatch(name -> name.startsWith("META-INF/versions/"));
  }

  @Test
  void noClassIsAlsoInFlink() throws IOException {
    Set<String> ours = new HashSet<>(files(Distribution.jar()));
    ours.removeIf(name -> !name.endsWith(".class"));
    assertThat(ours).hasSizeGreaterThan(500);
    for (Path jar : Distribution.jars()) {
      assertThat(files(jar)).as(jar.toString()).doesNotContainAnyElementsOf(ours);
    }
  }

  @Test
  void flinkFindsTheFactories() throws IOException {
    try (JarFile jar = new JarFile(Distribution.jar().toFile())) {
      ZipEntry services = jar.getEntry(FACTORIES);
      assertThat(services).isNotNull();
      try (InputStream in = jar.getInputStream(services)) {
        List<String> factories =
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        assertThat(factories)
            .contains("io.flinkssm.sql.SsmModuleFactory")
            .allMatch(name -> jar.getEntry(name.replace('.', '/') + ".class") != null);
      }
    }
  }

  @Test
  void theJarsOfTheDistributionAreFlinksAlone() throws IOException {
    assertThat(Distribution.jars())
        .extracting(jar -> jar.getFileName().toString())
        .contains("flink-sql-client-2.3.0.jar", "flink-table-planner-loader-2.3.0.jar")
        .noneMatch(name -> name.matches("(flink-ssm|JTransforms|JLargeArrays|ejml|jackson).*"));
  }

  private static List<String> files(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .filter(name -> !name.equals("META-INF/MANIFEST.MF"))
          .toList();
    }
  }
}
