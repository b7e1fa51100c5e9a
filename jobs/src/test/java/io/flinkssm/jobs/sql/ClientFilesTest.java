package io.flinkssm.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientFilesTest {
  @TempDir private Path home;

  @Test
  void whatIsMissingIsNamedWithTheCommandThatBuildsIt() throws IOException {
    assertMissing("sql/target/classes");

    Path classes = home.resolve("sql/target/classes/io/flinkssm/sqlclient");
    Files.createDirectories(classes);
    Files.createFile(classes.resolve("EmbeddedSqlClient.class"));
    assertMissing("sql/target/sql.classpath");

    Files.writeString(home.resolve("sql/target/sql.classpath"), "a.jar\n");
    assertMissing("sql/target/flink-ssm-sql-*.jar");
  }

  @Test
  void theClassPathIsFlinksAndTheOneJar() throws IOException {
    whatIsMissingIsNamedWithTheCommandThatBuildsIt();
    Path jar = Files.createFile(home.resolve("sql/target/flink-ssm-sql-1.0.jar"));

    assertThat(ClientFiles.in(home).classPath().split(File.pathSeparator))
        .containsExactly(home.resolve("sql/target/classes").toString(), jar.toString(), "a.jar");
  }

  private void assertMissing(String file) {
    assertThatIOException()
        .isThrownBy(() -> ClientFiles.in(home))
        .withMessageContaining(home.resolve(file).toString())
        .withMessageContaining("mvn -DskipTests package -pl sql -am");
  }
}
