package io.flinkssm.jobs.rates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.testing.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledClipTest {

  @TempDir Path dir;

  private Path file(double... labels) {
    Path file = dir.resolve("clips.safetensors");
    new SafetensorsWriter()
        .put("audio", new double[] {1, 2, 3, 4, 5}, 5)
        .put("offsets", new double[] {0, 2, 5}, 3)
        .put("labels", labels, labels.length)
        .write(file);
    return file;
  }

  @Test
  void readsRecordingsOneAfterTheOther() throws IOException {
    List<LabelledClip> clips = LabelledClip.inSafetensors(file(1, 0), 100, 2);
    assertThat(clips).extracting(LabelledClip::label).containsExactly(1, 0);
    assertThat(clips.get(0).signal().samples()).containsExactly(1, 2);
    assertThat(clips.get(1).signal().samples()).containsExactly(3, 4, 5);
    assertThat(clips.get(1).signal().sampleRateHz()).isEqualTo(100);
  }

  @Test
  void refusesLabelsThatTheModelDoesNotHave() {
    assertThatThrownBy(() -> LabelledClip.inSafetensors(file(0, 2), 100, 2))
        .hasMessageContaining("recording 1 has label 2; the model has 2 classes");
    assertThatThrownBy(() -> LabelledClip.inSafetensors(file(0), 100, 2))
        .hasMessageContaining("3 offsets for 1 labels");
    assertThatThrownBy(() -> LabelledClip.inFolder(withFile("five.wav"), List.of("one", "two")))
        .hasMessageContaining("five.wav: names no class; expected one of [one, two]");
    assertThatThrownBy(() -> LabelledClip.inFolder(withFile("2_x.wav"), List.of("one", "two")))
        .hasMessageContaining("names no class");
  }

  private Path withFile(String name) throws IOException {
    Path folder = Files.createTempDirectory(dir, "clips");
    Files.createFile(folder.resolve(name));
    return folder;
  }
}
