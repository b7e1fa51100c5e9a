package io.flinkssm.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.kafka.KafkaTesting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar holds what a Flink cluster lacks, and nothing that a cluster has. */
class JobJarITCase {
  @TempDir private Path directory;

  @Test
  void holdsTheJobAndItsConnectorButNoClusterNoBrokerAndNoCommandLine() throws IOException {
    try (JarFile jar = new JarFile(FlinkProcesses.jobJar().toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo(ScoringJob.class.getName());
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      assertThat(names)
          .contains(
              "io/flinkssm/jobs/ScoringJob.class",
              "io/flinkssm/jobs/DetectJob.class",
              "io/flinkssm/detect/Detector.class",
              "io/flinkssm/flink/SsmScoring.class",
              "io/flinkssm/schemas/SignalFrame.class",
              "org/apache/flink/connector/kafka/source/KafkaSource.class",
              "org/apache/kafka/clients/producer/KafkaProducer.class")
          .doesNotHaveDuplicates()
          .noneMatch(name -> name.startsWith("org/apache/flink/runtime/"))
          .noneMatch(name -> name.startsWith("org/apache/flink/api/common/"))
          .noneMatch(name -> name.startsWith("kafka/server/"))
          .noneMatch(name -> name.startsWith("scala/"))
          .noneMatch(name -> name.startsWith("picocli/"))
          .noneMatch(name -> name.startsWith("org/knowm/"))
          .noneMatch(name -> name.startsWith("org/slf4j/"))
          .noneMatch(name -> name.startsWith("org/apache/logging/"))
          .noneMatch(name -> name.startsWith("io/flinkssm/jobs/cli/"))
          .noneMatch(name -> name.contains("EmbeddedKafka"));
    }
  }

  @Test
  void mainRunsOnFlinksOwnClassPathPlusTheJar() throws Exception {
    ScoringJobFixture fixture = new ScoringJobFixture(KafkaTesting.shared(), directory);
    fixture.send(0, 2);
    Configuration run = fixture.run().set(JobOptions.STOP_AT_END, true);
    List<String> command = new ArrayList<>(FlinkProcesses.java());
    command.addAll(
        List.of(
            "-cp",
            FlinkProcesses.flinkClassPath() + File.pathSeparator + FlinkProcesses.jobJar(),
            ScoringJob.class.getName()));
    run.toMap().forEach((key, value) -> command.addAll(List.of("--" + key, value)));
    Path log = directory.resolve("job.log");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(log)).isZero();
    assertThat(fixture.scores(run)).hasSizeGreaterThanOrEqualTo(2 * ScoringJobFixture.KEYS);
  }
}
