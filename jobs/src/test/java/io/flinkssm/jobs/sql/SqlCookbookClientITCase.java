package io.flinkssm.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.cli.Ssm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cookbook through {@code ssm sql -f}: Flink's own client, cluster and jars, and ours. */
class SqlCookbookClientITCase {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @Test
  void everyQueryRunsInOneSession(@TempDir Path directory) throws Exception {
    List<SqlScript> scripts = SqlScript.all(HOME);
    Path file = directory.resolve("cookbook.sql");
    Files.writeString(
        file, scripts.stream().map(SqlScript::text).collect(Collectors.joining("\n")));
    Path printed = directory.resolve("printed");

    // From the project's folder, as the queries name the model by a path from there.
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + Files.createDirectory(directory.resolve("tmp")),
                "-Dssm.home=" + HOME,
                "-cp",
                System.getProperty("java.class.path"),
                Ssm.class.getName(),
                "sql",
                "-f",
                file.toString())
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start()
            .waitFor();

    String text = Files.readString(printed).replaceAll("\u001b\\[[0-9;]*m", "");
    assertThat(code).as(text).isZero();
    long queries =
        scripts.stream()
            .flatMap(script -> script.statements().stream())
            .filter(statement -> statement.startsWith("SELECT"))
            .count();
    // What the client says below a result, in batch and of a stream.
    assertThat(
            text.lines()
                .filter(
                    line ->
                        line.matches(
                            "[0-9]+ rows? in set.*|Received a total of [1-9][0-9]* row.*")))
        .as("each query has a result, and none is empty")
        .hasSize((int) queries);
    assertThat(text)
        .as("words in the stream, words in batch, and an anomaly")
        .containsPattern("\\| \\+I \\| +40 \\| +39 \\|")
        .containsPattern("\\| +30 \\| +29 \\|")
        .containsPattern("\\| +elb-8c0756 \\| +2014-04-22 ");
  }
}
