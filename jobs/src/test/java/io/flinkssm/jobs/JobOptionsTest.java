package io.flinkssm.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.stream.ScoringConfig.Sampling;
import io.flinkssm.testing.OptionsPage;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every option of the job can be set in every way, and stands in the docs. */
class JobOptionsTest {

  @Test
  void theDocumentIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "job-options.md",
        """
        # Options of the scoring job

        Generated from `io.flinkssm.jobs.JobOptions`; do not edit. The options of scoring itself, all
        named `ssm.…`, are in [options.md](options.md). The job takes both, and any option of Flink, as
        `--key value` or `-Dkey=value`, from the YAML file of `--config`, and from Flink's own
        configuration, where the one named first wins. Durations take a unit, as in `500 ms`, `10 s`,
        `1 h`.
        """,
        JobOptions.all(),
        "mvn verify -pl jobs -am -Dtest=JobOptionsTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  @Test
  void theDocumentOfRescoringIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "rescoring-job-options.md",
        """
        # Options of the rescoring job

        Generated from `io.flinkssm.jobs.RescoringJobOptions`; do not edit. The job takes those of
        [rescoring](rescoring-options.md), of [scoring](options.md) and of [jobs](job-options.md), too.
        `kafka.group-id` and `kafka.transactional-id-prefix` are `flink-ssm-rescoring` here unless set.
        In Flink's batch mode (`execution.runtime-mode: BATCH`, with `kafka.stop-at-end` or
        `rescore.to`) output becomes visible at the end of the job; choose
        `kafka.delivery-guarantee: at-least-once` if it runs longer than `kafka.transaction-timeout`.
        """,
        RescoringJobOptions.all(),
        "mvn verify -pl jobs -am -Dtest=JobOptionsTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  @Test
  void theDocumentOfDetectionIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "detection-job-options.md",
        """
        # Options of the detection job

        Generated from `io.flinkssm.jobs.DetectJob`; do not edit. All that the job takes, besides any
        option of Flink, with the defaults that hold here: those of [jobs](job-options.md), of
        [detection](detection-options.md) and of [scoring](options.md). Only
        `kafka.bootstrap-servers` has to be set: `ssm.model.path` may name a [forecaster](detection.md). Give
        them as `--key value` or `-Dkey=value`, in the YAML file of `--config`, or in Flink's own
        configuration, where the one named first wins.
        """,
        DetectJob.OPTIONS,
        DetectJob.withDefaults(new Configuration()),
        "mvn verify -pl jobs -am -Dtest=JobOptionsTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  @Test
  void detectionHasDefaultsOfItsOwn() {
    Configuration options = DetectJob.withDefaults(new Configuration());
    assertThat(options.get(ScoringOptions.SAMPLING)).isEqualTo(Sampling.IRREGULAR);
    assertThat(options.get(JobOptions.GROUP_ID)).isEqualTo("flink-ssm-detection");
    assertThat(options.get(JobOptions.TRANSACTIONAL_ID_PREFIX)).isEqualTo("flink-ssm-detection");
    assertThat(DetectJob.OPTIONS).extracting(ConfigOption::key).doesNotHaveDuplicates();
    assertThat(JobArguments.help("Detects.", DetectJob.OPTIONS, options))
        .contains("--kafka.group-id (default flink-ssm-detection)")
        .contains("--ssm.sampling (default irregular)")
        .contains("--ssm.idle-timeout (default 0 ms)");

    Configuration set = new Configuration().set(JobOptions.GROUP_ID, "mine");
    assertThat(DetectJob.withDefaults(set).get(JobOptions.GROUP_ID)).isEqualTo("mine");
  }

  @Test
  void optionsOfReleasesAreUnknownToDetection() {
    for (String key : List.of("kafka.topics.releases", "ssm.model.name", "ssm.retain")) {
      assertThatThrownBy(
              () -> JobArguments.parse(new String[] {"--" + key, "1"}, DetectJob.OPTIONS))
          .hasMessageContaining("unknown option '" + key);
    }
  }

  @Test
  void everyOptionOfRescoringIsListed() {
    assertThat(RescoringJobOptions.all())
        .hasSize(
            (int)
                Arrays.stream(RescoringJobOptions.class.getFields())
                    .filter(field -> Modifier.isStatic(field.getModifiers()))
                    .count());
    assertThat(RescoringJob.OPTIONS).extracting(ConfigOption::key).doesNotHaveDuplicates();
  }

  @Test
  void everyOptionIsListed() {
    assertThat(JobOptions.all())
        .hasSize(
            (int)
                Arrays.stream(JobOptions.class.getFields())
                    .filter(field -> Modifier.isStatic(field.getModifiers()))
                    .count())
        .doesNotHaveDuplicates();
    assertThat(ScoringJob.OPTIONS).extracting(ConfigOption::key).doesNotHaveDuplicates();
  }

  @Test
  void everyOptionCanBeSetInEveryWay(@TempDir Path directory) throws IOException {
    List<String> pairs = new ArrayList<>();
    List<String> joined = new ArrayList<>();
    List<String> dynamic = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (ConfigOption<?> option : ScoringJob.OPTIONS) {
      String key = option.key() + (option.equals(JobOptions.CLIENT_PROPERTIES) ? ".a.b" : "");
      String value = anyValue(option);
      pairs.addAll(List.of("--" + key, value));
      joined.add("--" + key + "=" + value);
      dynamic.add("-D" + key + "=" + value);
      lines.add(key + ": " + value);
    }
    Path file = Files.write(directory.resolve("job.yaml"), lines);
    for (List<String> arguments :
        List.of(pairs, joined, dynamic, List.of("--config", file.toString()))) {
      Configuration config =
          JobArguments.parse(arguments.toArray(String[]::new), ScoringJob.OPTIONS).config();
      for (ConfigOption<?> option : ScoringJob.OPTIONS) {
        assertThat(text(config.get(option))).as(option.key()).isEqualTo(anyValue(option));
      }
    }
  }

  /** A value that is not the default. */
  private static String anyValue(ConfigOption<?> option) {
    Object usual = option.hasDefaultValue() ? option.defaultValue() : "";
    if (usual instanceof Enum<?> constant) {
      Enum<?>[] all = constant.getDeclaringClass().getEnumConstants();
      return all[all[0] == constant ? 1 : 0].toString();
    }
    if (usual instanceof Duration duration) {
      return duration.plusSeconds(7).toSeconds() + " s";
    }
    if (usual instanceof Boolean flag) {
      return String.valueOf(!flag);
    }
    if (usual instanceof Number number) {
      return usual instanceof Double ? number + "7" : String.valueOf(number.intValue() + 7);
    }
    return "x";
  }

  private static String text(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.get("a.b").toString();
    }
    return value instanceof Duration duration ? duration.toSeconds() + " s" : value.toString();
  }
}
