package io.flinkssm.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkssm.flink.ScoringOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The compose files fit the jobs they start. */
class ComposeFileTest {
  private static final Path FILE = Path.of("../docker-compose.yml");
  private static final Path DETECT = Path.of("../docker-compose.detect.yml");

  private final Map<String, Map<String, Object>> services = services(FILE);

  @Test
  void theJobManagerStartsTheJobWithOptionsThatExist() {
    List<?> command = (List<?>) services.get("jobmanager").get("command");
    assertThat(command.subList(0, 3))
        .isEqualTo(List.of("standalone-job", "--job-classname", ScoringJob.class.getName()));
    String[] args =
        command.subList(3, command.size()).stream().map(Object::toString).toArray(String[]::new);
    Configuration config = JobArguments.parse(args, ScoringJob.OPTIONS).config();
    assertThat(config.get(JobOptions.BOOTSTRAP_SERVERS)).isEqualTo("kafka:9092");
    assertThat(services.get("topics").get("command").toString())
        .contains("--topic " + config.get(JobOptions.RELEASES_TOPIC) + " --partitions 1");
    String model = config.get(ScoringOptions.MODEL_PATH);
    for (String service : List.of("jobmanager", "taskmanager")) {
      assertThat((List<?>) services.get(service).get("volumes"))
          .as(service)
          .anySatisfy(
              volume ->
                  assertThat(volume.toString())
                      .endsWith(":" + model.replace("file://", "") + ":ro"))
          .anySatisfy(
              volume -> assertThat(volume.toString()).contains("-job.jar:/opt/flink/usrlib/"));
    }
  }

  @Test
  void detectionTakesThePlaceOfScoring() {
    Map<String, Map<String, Object>> replaced = services(DETECT);
    assertThat(replaced).containsOnlyKeys("jobmanager");
    assertThat(replaced.get("jobmanager")).containsOnlyKeys("command");
    List<?> command = (List<?>) replaced.get("jobmanager").get("command");
    assertThat(command.subList(0, 3))
        .isEqualTo(List.of("standalone-job", "--job-classname", DetectJob.class.getName()));
    Configuration config =
        JobArguments.parse(
                command.stream().skip(3).map(Object::toString).toArray(String[]::new),
                DetectJob.OPTIONS)
            .config();
    assertThat(config.toMap())
        .containsExactly(Map.entry(JobOptions.BOOTSTRAP_SERVERS.key(), "kafka:9092"));
  }

  @Test
  void theDefaultTopicsAreCreated() {
    String script = services.get("topics").get("command").toString();
    Configuration defaults = new Configuration();
    assertThat(script)
        .contains(defaults.get(JobOptions.FRAMES_TOPIC))
        .contains(defaults.get(JobOptions.SCORES_TOPIC))
        .contains(defaults.get(JobOptions.REJECTED_TOPIC));
  }

  @Test
  void theBrokerIsOfTheClientsVersion() {
    assertThat(services.get("kafka").get("image").toString())
        .contains("apache/kafka:" + AppInfoParser.getVersion());
  }

  @Test
  void composeAcceptsIt() throws Exception {
    assumeTrue(run("docker", "compose", "version").status() == 0, "no docker compose here");
    for (Path file : List.of(FILE, DETECT)) {
      Run config =
          run(
              "docker",
              "compose",
              "-f",
              FILE.toString(),
              "-f",
              file.toString(),
              "config",
              "--quiet");
      assertThat(config.status()).as(config.output()).isZero();
    }
  }

  private record Run(int status, String output) {}

  private static Run run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), output);
    } catch (IOException e) {
      return new Run(-1, e.toString());
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> services(Path file) {
    try {
      Map<String, Object> content =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
      return (Map<String, Map<String, Object>>) content.get("services");
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file.toAbsolutePath(), e);
    }
  }
}
