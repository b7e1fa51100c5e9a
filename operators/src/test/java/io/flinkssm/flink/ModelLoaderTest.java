package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLoaderTest {
  private static final String CONFIG =
      """
      {"format": 1, "name": "golden", "version": "7", "architecture": "s4-classifier",
       "task": "classification", "labels": ["a", "b", "c", "d"], "sample_rate_hz": 100,
       "d_input": 2, "d_output": 4, "d_model": 32, "n_layers": 4, "prenorm": true,
       "layer": {"kind": "s4d-minimal"}}
      """;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"model", "a model, 100% ready", "Größe #1 + 2"})
  void findsALocalFolderHoweverItIsWritten(String name) throws IOException {
    Path model = Files.createDirectory(dir.resolve(name));
    Files.writeString(model.resolve("config.json"), CONFIG);
    Golden.copy("06b-model-s4d-standalone.trained.safetensors", model.resolve("model.safetensors"));

    ModelLoader loader = ModelLoader.ofFileSystem();
    assertThat(loader.load(model.toUri().toString()).info().name()).isEqualTo("golden");
    assertThat(loader.load(model.toString()).info().name()).isEqualTo("golden");
    assertThat(loader.load("file://" + model).info().name()).isEqualTo("golden");
  }

  @Test
  void namesTheFileThatIsMissing() {
    assertThatThrownBy(() -> ModelLoader.ofFileSystem().load(dir.toUri().toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json");
  }
}
