package io.flinkssm.sqlclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar on a real cluster: job manager, task manager, gateway and client are processes that have
 * Flink's own jars and, at most, this one. Its functions run on the task manager.
 */
class StandaloneClusterITCase {
  private static final Path MODEL =
      Path.of("..", "models", "spoken-digits-s4d").toAbsolutePath().normalize();
  private static final int READINGS = 200;

  @TempDir private Path directory;

  @Test
  void addJarBringsTheFunctionsToAClusterThatHasNeverSeenThem() throws Exception {
    try (StandaloneFlink flink =
        new StandaloneFlink(
            directory,
            List.of(),
            "--add-modules=jdk.incubator.vector",
            "-XX:TieredStopAtLevel=4")) {
      check(flink, "ADD JAR '%s';\n".formatted(Distribution.jar()));
      // Found by name, in the class loader of the job; the CPU may still lack what they need.
      assertThat(flink.taskManagerLog())
          .containsPattern(
              "float32 kernels: (Vector API|plain Java, because (?!module|they do not load))");
    }
  }

  @Test
  void theJarInLibNeedsNoAddJar() throws Exception {
    try (StandaloneFlink flink = new StandaloneFlink(directory, List.of(Distribution.jar()))) {
      check(flink, "");
      assertThat(flink.taskManagerLog()).contains("float32 kernels: plain Java, because module");
    }
  }

  private void check(StandaloneFlink flink, String before) throws Exception {
    String printed = flink.run(before + script());

    assertThat(printed).as(flink::logs).doesNotContain("[ERROR]");
    assertThat(printed).containsPattern("(?m)^\\| +SsmDetect \\|$").contains("SsmScore");
    // Detection: commons-numbers and our own state. Each reading of both devices has its score.
    assertThat(printed).containsPattern("\\| \\+U \\| +pump-1 \\| +SCORED \\| +200 \\|");
    assertThat(printed).containsPattern("\\| \\+U \\| +pump-2 \\| +SCORED \\| +200 \\|");
    // A model: Jackson reads its directory, JTransforms convolves the window.
    assertThat(printed)
        .containsPattern(
            "\\| \\+I \\| +(zero|one|two|three|four|five|six|seven|eight|nine) \\| +SCORED \\|");
  }

  private String script() throws IOException {
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < READINGS; i++) {
      for (String device : List.of("pump-1", "pump-2")) {
        csv.append(
            "%s,2026-01-01 00:%02d:%02d.000Z,%s\n"
                .formatted(device, i / 60, i % 60, Math.sin(i / 5.0)));
      }
    }
    String samples =
        IntStream.range(0, READINGS)
            .mapToObj(i -> "%.1f".formatted(1000 * Math.sin(i / 5.0)))
            .collect(Collectors.joining(", "));
    Path readings = Files.writeString(directory.resolve("readings.csv"), csv);
    return """
        LOAD MODULE ssm;
        SHOW FUNCTIONS LIKE 'Ssm%%';
        CREATE TEMPORARY TABLE readings (
          device STRING,
          ts TIMESTAMP_LTZ(3),
          v DOUBLE,
          WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE
        ) WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'csv');
        SELECT device, status, COUNT(*) AS scores
        FROM SsmDetect(
          input => TABLE readings PARTITION BY device,
          on_time => DESCRIPTOR(ts),
          samples => DESCRIPTOR(v))
        GROUP BY device, status;
        CREATE MODEL digits
        INPUT (`samples` ARRAY<FLOAT>, `rate` DOUBLE)
        OUTPUT (`label` STRING, `probability` DOUBLE, `outputs` ARRAY<DOUBLE>, `status` STRING, `message` STRING)
        WITH ('provider' = 'ssm', 'path' = '%s', 'convolution' = 'fft');
        CREATE TEMPORARY VIEW windows AS
        SELECT CAST(ARRAY[%s] AS ARRAY<FLOAT>) AS samples, CAST(8000 AS DOUBLE) AS rate;
        SELECT label, status FROM ML_PREDICT(TABLE windows, MODEL digits, DESCRIPTOR(samples, rate));
        """
        .formatted(readings.toUri(), MODEL.toUri(), samples);
  }
}
