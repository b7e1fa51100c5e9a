package io.flinkssm.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The floor plan of this module: the command line on top, topics and files at the bottom. */
@AnalyzeClasses(
    packages = "io.flinkssm.jobs",
    importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludeJars.class})
class ArchitectureTest {

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("io.flinkssm.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule IMPORTS_RUN_DOWNWARD =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy("io.flinkssm.jobs.cli..")
          .layer("commands")
          .definedBy(
              "io.flinkssm.jobs.capacity..",
              "io.flinkssm.jobs.compare..",
              "io.flinkssm.jobs.demo..",
              "io.flinkssm.jobs.detect..",
              "io.flinkssm.jobs.local..",
              "io.flinkssm.jobs.rates..",
              "io.flinkssm.jobs.release..",
              "io.flinkssm.jobs.sql..",
              "io.flinkssm.jobs.verify..",
              "io.flinkssm.jobs.warmstart..")
          .layer("report")
          .definedBy("io.flinkssm.jobs.report..")
          .layer("jobs")
          .definedBy("io.flinkssm.jobs")
          .layer("kafka")
          .definedBy("io.flinkssm.jobs.kafka..")
          .layer("io")
          .definedBy("io.flinkssm.jobs.io..")
          .layer("blas")
          .definedBy("io.flinkssm.jobs.blas..")
          .layer("registry")
          .definedBy("io.flinkssm.jobs.registry..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("commands")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("cli", "commands")
          .whereLayer("jobs")
          .mayOnlyBeAccessedByLayers("cli", "commands")
          .whereLayer("kafka")
          .mayOnlyBeAccessedByLayers("cli", "commands", "jobs")
          // The job itself reads no files; the broker for tests and demonstrations has a folder.
          .whereLayer("io")
          .mayOnlyBeAccessedByLayers("cli", "commands", "report", "kafka")
          .whereLayer("blas")
          .mayOnlyBeAccessedByLayers("jobs")
          .whereLayer("registry")
          .mayOnlyBeAccessedByLayers("jobs", "kafka");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_PICOCLI =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flinkssm.jobs.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");
}
