package io.flinkssm.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {

  @Test
  void isGoneWithAllItHoldsOnceClosed() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create("flink-ssm-test-");
    Files.createDirectories(folder.path().resolve("a/b"));
    Files.writeString(folder.path().resolve("a/b/c"), "x");
    assertThat(folder.path()).isDirectory();

    folder.close();
    folder.close();

    assertThat(folder.path()).doesNotExist();
  }
}
