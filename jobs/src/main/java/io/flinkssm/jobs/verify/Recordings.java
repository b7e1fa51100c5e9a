package io.flinkssm.jobs.verify;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.jobs.io.WavFile;
import io.flinkssm.model.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Recordings by the name that a golden file gives them. */
public interface Recordings {

  /** One recording. */
  Signal read(String name) throws IOException;

  /** WAV files in a folder, found by their path in it or by their name alone. */
  static Recordings inFolder(Path folder) {
    return name -> {
      Path exact = folder.resolve(name);
      Path flat = folder.resolve(Path.of(name).getFileName());
      if (!Files.exists(exact) && !Files.exists(flat)) {
        throw new NoSuchFileException(flat.toString());
      }
      return WavFile.read(Files.exists(exact) ? exact : flat);
    };
  }

  /**
   * Recordings one after the other in a safetensors file: {@code audio}, {@code offsets} of each
   * first sample and of the end, and all names, separated by commas, in the metadata.
   */
  static Recordings inSafetensors(Path file, double sampleRateHz) throws IOException {
    Safetensors tensors = Safetensors.read(file);
    String files = tensors.metadata().get("files");
    if (files == null || !tensors.names().containsAll(List.of("audio", "offsets"))) {
      throw new IOException(
          file
              + ": expected tensors audio and offsets, and metadata \"files\"; has "
              + tensors.names());
    }
    List<String> names = Arrays.asList(files.split(","));
    double[] audio = tensors.values("audio");
    double[] offsets = tensors.values("offsets");
    return name -> {
      int index = names.indexOf(name);
      if (index < 0) {
        throw new NoSuchFileException(file + ": " + name);
      }
      float[] samples = new float[(int) (offsets[index + 1] - offsets[index])];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (float) audio[(int) offsets[index] + i];
      }
      return new Signal(name, sampleRateHz, 1, samples);
    };
  }
}
