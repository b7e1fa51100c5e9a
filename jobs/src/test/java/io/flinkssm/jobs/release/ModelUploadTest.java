package io.flinkssm.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.ModelInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelUploadTest {
  @TempDir private Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void prepare() throws IOException {
    source = Files.createDirectory(folder.resolve("source of it"));
    target = folder.resolve("models/a b/1");
    Files.writeString(source.resolve("config.json"), "{}");
    Files.writeString(source.resolve("model.safetensors"), "weights");
    Files.writeString(source.resolve("notes.txt"), "not part of a model");
  }

  @Test
  void copiesOnceAndIsContentWithWhatIsThere() throws IOException {
    assertThat(upload()).containsExactly("config.json", "model.safetensors");
    assertThat(target.resolve("model.safetensors")).hasContent("weights");
    assertThat(names()).containsExactly("config.json", "model.safetensors");
    assertThat(upload()).isEmpty();
  }

  @Test
  void goesOnWhereItWasInterrupted() throws IOException {
    Files.createDirectories(target);
    Files.writeString(target.resolve("config.json"), "{}");
    assertThat(upload()).containsExactly("model.safetensors");
  }

  @Test
  void neverChangesWhatIsThere() throws IOException {
    upload();
    Files.writeString(source.resolve("config.json"), "{ }");
    assertThatThrownBy(this::upload)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json has other content")
        .hasMessageContaining("another version");
    Files.delete(target.resolve("model.safetensors"));
    assertThatThrownBy(this::upload).isInstanceOf(IOException.class);
    assertThat(names()).as("nothing is copied either").containsExactly("config.json");
    assertThat(target.resolve("config.json")).hasContent("{}");
  }

  @Test
  void namesOfModelsCannotLeaveTheRoot() {
    String sha256 = "0123456789abcdef".repeat(4);
    assertThat(directory("s3://models/", "digits", "2", sha256))
        .isEqualTo("s3://models/digits/2-01234567");
    assertThat(directory("file:/m", "..", "../../x y:ö", sha256))
        .isEqualTo("file:/m/_/__.._x_y__-01234567");
  }

  private static String directory(String root, String name, String version, String sha256) {
    return ModelUpload.directory(
        root,
        new ModelInfo(
            name,
            version,
            sha256,
            "s4d-classifier",
            ModelInfo.Task.FEATURES,
            1,
            1,
            List.of(),
            1,
            1,
            1,
            1));
  }

  private List<String> upload() throws IOException {
    return new ModelUpload(source.toUri().toString(), target.toUri().toString()).run();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
