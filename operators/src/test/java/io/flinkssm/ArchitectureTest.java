package io.flinkssm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The floor plan: packages by concern, imports downward only, Flink in two rooms. */
@AnalyzeClasses(packages = "io.flinkssm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule IMPORTS_RUN_DOWNWARD =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("sql")
          .definedBy("io.flinkssm.sql..")
          .layer("flink")
          .definedBy("io.flinkssm.flink..")
          .layer("stream")
          .definedBy("io.flinkssm.stream..")
          .layer("detect")
          .definedBy("io.flinkssm.detect..")
          .layer("model")
          .definedBy("io.flinkssm.model..")
          .optionalLayer("ssm")
          .definedBy("io.flinkssm.ssm..")
          .layer("simd")
          .definedBy("io.flinkssm.simd..")
          .whereLayer("sql")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("flink")
          .mayOnlyBeAccessedByLayers("sql")
          .whereLayer("stream")
          .mayOnlyBeAccessedByLayers("sql", "flink")
          .whereLayer("detect")
          .mayOnlyBeAccessedByLayers("sql", "flink", "stream")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("sql", "flink", "stream", "detect")
          .whereLayer("ssm")
          .mayOnlyBeAccessedByLayers("sql", "flink", "stream", "detect", "model")
          .whereLayer("simd")
          .mayOnlyBeAccessedByLayers("sql", "flink", "stream", "detect", "model", "ssm");

  @ArchTest
  static final ArchRule ONLY_FLINK_AND_SQL_IMPORT_FLINK =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.flinkssm.flink..", "io.flinkssm.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  /** A JVM without the incubator module must not meet a class that needs it. */
  @ArchTest
  static final ArchRule ONLY_ONE_ROOM_IMPORTS_THE_VECTOR_API =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flinkssm.simd.vector..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jdk.incubator.vector..", "io.flinkssm.simd.vector..");
}
