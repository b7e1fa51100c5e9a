package io.flinkssm.jobs.rates;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.jobs.io.WavFile;
import io.flinkssm.model.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A recording and what is in it.
 *
 * @param signal the recording
 * @param label index of its class among the model's labels
 */
public record LabelledClip(Signal signal, int label) {

  /**
   * Recordings one after the other in a safetensors file: {@code audio}, {@code offsets} of each
   * first sample and of the end, and {@code labels}, one class index a recording.
   */
  public static List<LabelledClip> inSafetensors(Path file, double sampleRateHz, int classes)
      throws IOException {
    Safetensors tensors = Safetensors.read(file);
    if (!tensors.names().containsAll(List.of("audio", "offsets", "labels"))) {
      throw new IOException(
          file + ": expected tensors audio, offsets and labels; has " + tensors.names());
    }
    double[] audio = tensors.values("audio");
    double[] offsets = tensors.values("offsets");
    double[] labels = tensors.values("labels");
    if (offsets.length != labels.length + 1) {
      throw new IOException(
          "%s: %d offsets for %d labels, expected one more"
              .formatted(file, offsets.length, labels.length));
    }
    List<LabelledClip> clips = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      int from = (int) offsets[i];
      float[] samples = new float[(int) offsets[i + 1] - from];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = (float) audio[from + t];
      }
      int label = (int) labels[i];
      if (label < 0 || label >= classes) {
        throw new IOException(
            "%s: recording %d has label %d; the model has %d classes"
                .formatted(file, i, label, classes));
      }
      clips.add(new LabelledClip(new Signal("clip " + i, sampleRateHz, 1, samples), label));
    }
    return clips;
  }

  /**
   * WAV files in a folder. The class is what their names begin with, up to an underscore or the
   * ending: a label of the model, or its index, as in {@code seven.wav} or {@code 7_lucas_3.wav}.
   */
  public static List<LabelledClip> inFolder(Path folder, List<String> labels) throws IOException {
    List<LabelledClip> clips = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".wav")).sorted().toList()) {
        String name = file.getFileName().toString();
        String word = name.substring(0, name.length() - ".wav".length()).split("_", 2)[0];
        int label = labels.indexOf(word);
        if (label < 0 && word.matches("[0-9]{1,6}")) {
          label = Integer.parseInt(word);
        }
        if (label < 0 || label >= labels.size()) {
          throw new IOException(
              "%s: names no class; expected one of %s or its index, then _ or .wav"
                  .formatted(file, labels));
        }
        clips.add(new LabelledClip(WavFile.read(file), label));
      }
    }
    return clips;
  }
}
