package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.sql.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real thing: the command as a process, which starts the client as another. */
class SqlCommandITCase {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path directory;

  /** A process that has ended, and what it printed to both streams, without colours. */
  private record Run(int code, String printed) {}

  @Test
  void aFileRunsOverTheTablesOfTheDemo() throws Exception {
    List<String> statements = new ArrayList<>(Examples.demo(HOME));
    statements.add(
        "-- A row is there for the next statement.\n"
            + "INSERT INTO dead_letters VALUES ('a clip', TO_TIMESTAMP_LTZ(0, 3), 'LATE', 'late')");
    statements.add("SELECT clip, reason FROM dead_letters");
    Path file =
        Files.writeString(directory.resolve("a query.sql"), String.join(";\n", statements) + ";\n");

    Run run = run("", "-f", file.toString());

    assertThat(run.code()).as(run.printed()).isZero();
    assertThat(run.printed())
        .contains("starting a Kafka broker", "filling the tables", "starting a Flink cluster")
        // The queries that the welcome offers: a score for each clip, …
        .containsPattern("\\| \\+I \\| +seven 8to4kHz -10dB \\| +seven \\| +0\\.[0-9]+ \\|")
        .contains("Received a total of 40 rows")
        // … alerts without a model, and whole recordings at once.
        .containsPattern("\\| \\+I \\| +elb-8c0756 \\| 2014-04-[0-9: .]+ \\| +0\\.99[0-9]+ \\|")
        .containsPattern("\\| \\+I \\| +nine \\| +nine \\| +0\\.[0-9]+ \\|")
        .containsPattern("\\| \\+I \\| +a clip \\| +LATE \\|");
  }

  @Test
  void aFailedStatementEndsTheRunWithOne() throws Exception {
    Run run =
        run("", "--no-demo", "-e", "SELECT 6 * 7", "-e", "SELECT nothing", "-e", "SELECT 6 * 8");

    assertThat(run.code()).as(run.printed()).isEqualTo(1);
    assertThat(run.printed())
        .doesNotContain("Kafka")
        .containsPattern("\\| \\+I \\| +42 \\|")
        .contains("Column 'nothing' not found in any table", "log: ")
        .doesNotContainPattern("\\| +48 \\|");
  }

  @Test
  void statementsMayBeTyped() throws Exception {
    Run run =
        run(
            "SHOW TABLES;\nSELECT nothing;\nSHOW FUNCTIONS LIKE 'Ssm%';\nQUIT;\n",
            "--kafka.bootstrap-servers", "localhost:9092");

    // A slip at the prompt is no failure of the session.
    assertThat(run.code()).as(run.printed()).isZero();
    assertThat(run.printed())
        .contains("with the functions of flink-ssm", "HELP;", "Flink SQL> ")
        .doesNotContain("Welcome!")
        .containsPattern("\\| +model_releases \\|")
        .containsPattern("\\| +SsmScore \\|");
    assertThat(directory.resolve(".flink-sql-history")).content().contains("SHOW TABLES");
  }

  @Test
  void aFileThatIsNotThereIsWrongUsage() {
    CommandLineRun run = CommandLineRun.of("sql", "-f", "nowhere.sql");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("-f nowhere.sql: no such file");
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    Path temporary = directory.resolve("tmp");
    if (Files.exists(temporary)) {
      try (Stream<Path> left = Files.walk(temporary)) {
        assertThat(left.filter(Files::isRegularFile))
            .allMatch(file -> file.getFileName().toString().matches("ssm-[0-9]+\\.log\\.sql"));
      }
    }
  }

  private Run run(String input, String... arguments) throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path typed = Files.writeString(directory.resolve("input"), input);
    Path printed = directory.resolve("printed");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary,
            "-Duser.home=" + directory,
            "-Dssm.home=" + HOME,
            "-cp",
            System.getProperty("java.class.path"),
            Ssm.class.getName(),
            "sql"));
    command.addAll(List.of(arguments));
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(typed.toFile())
            .redirectOutput(printed.toFile())
            .start()
            .waitFor();
    return new Run(code, Files.readString(printed).replaceAll("\u001b\\[[0-9;]*m", ""));
  }
}
