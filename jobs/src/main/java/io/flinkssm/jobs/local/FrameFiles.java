package io.flinkssm.jobs.local;

import io.flinkssm.jobs.io.FileNames;
import io.flinkssm.jobs.io.FrameCutter;
import io.flinkssm.jobs.io.SignalCsv;
import io.flinkssm.jobs.io.WavFile;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Reads WAV and CSV files as signal frames. Serializable, so that a Flink task can do it. */
public final class FrameFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String root;
  private final List<String> columns;
  private final Double rateHz;
  private final double defaultRateHz;
  private final int samplesPerFrame;

  /**
   * A reader.
   *
   * @param input the file, or the folder of all files: keys are paths in it, without endings
   * @param columns CSV columns to use as channels; empty for all
   * @param rateHz sampling rate of CSV rows, or null
   * @param defaultRateHz sampling rate of CSV rows that have no times, if {@code rateHz} is null
   * @param samplesPerFrame samples per frame
   */
  public FrameFiles(
      Path input, List<String> columns, Double rateHz, double defaultRateHz, int samplesPerFrame) {
    this.root = Files.isDirectory(input) ? input.toAbsolutePath().toString() : null;
    this.columns = List.copyOf(columns);
    this.rateHz = rateHz;
    this.defaultRateHz = defaultRateHz;
    this.samplesPerFrame = samplesPerFrame;
  }

  /** Whether a path is a file that can be read here, by its ending. */
  public static boolean understands(Path file) {
    return Files.isRegularFile(file) && List.of("wav", "csv").contains(FileNames.ending(file));
  }

  /** All frames of a file, one after the other; the last one of each key ends its segment. */
  public void read(Path file, Consumer<Frame> out) throws IOException {
    if (!isWav(file)) {
      OptionalDouble rate = rateHz == null ? OptionalDouble.empty() : OptionalDouble.of(rateHz);
      new SignalCsv(columns, rate, defaultRateHz, samplesPerFrame).read(file, key(file), out);
      return;
    }
    try (WavFile wav = WavFile.open(file)) {
      double rate = wav.sampleRateHz();
      for (long from = 0; from < wav.length(); from += samplesPerFrame) {
        float[] samples = wav.next((int) Math.min(samplesPerFrame, wav.length() - from));
        out.accept(
            new Frame(
                key(file),
                FrameCutter.timeMicros(0, from, rate),
                rate,
                wav.channels(),
                samples,
                from + samplesPerFrame >= wav.length(),
                Frame.Origin.UNKNOWN));
      }
    }
  }

  /**
   * Holds the files against the model before a cluster is started for them: the headers of all WAV
   * files, and the first CSV file.
   *
   * @return how many frames the files have, or −1 if a CSV file is among them
   * @throws IOException naming the file, what it has, what the model takes, and the fix
   */
  public long check(List<Path> files, ModelInfo model) throws IOException {
    Map<String, Path> byKey = new HashMap<>();
    long frames = 0;
    boolean tables = false;
    for (Path file : files) {
      Path other = byKey.put(key(file), file);
      if (other != null) {
        throw new IOException(
            other + " and " + file + " would both be key \"" + key(file) + "\": rename one");
      }
      if (isWav(file)) {
        frames += checkWav(file, model);
      } else if (!tables) {
        tables = true;
        List<Frame> first = new ArrayList<>();
        read(
            file,
            frame -> {
              if (first.isEmpty()) {
                first.add(frame);
              }
            });
        checkFits(file, first.get(0).channels(), first.get(0).sampleRateHz(), model);
      }
    }
    return tables ? -1 : frames;
  }

  private long checkWav(Path file, ModelInfo model) throws IOException {
    try (WavFile wav = WavFile.open(file)) {
      if (rateHz != null && rateHz != wav.sampleRateHz()) {
        throw new IOException(
            file
                + " is sampled at "
                + wav.sampleRateHz()
                + " Hz, as its header says, not at --rate "
                + rateHz
                + ": leave --rate out, it is for CSV files; to change the rate, resample the file");
      }
      checkFits(file, wav.channels(), wav.sampleRateHz(), model);
      return (wav.length() + samplesPerFrame - 1) / samplesPerFrame;
    }
  }

  private void checkFits(Path file, int channels, double rate, ModelInfo model) throws IOException {
    if (channels != model.inputChannels()) {
      throw new IOException(
          file
              + " has "
              + channels
              + " channels; the model takes "
              + model.inputChannels()
              + (isWav(file)
                  ? "; mix it down, for example with `ffmpeg -i in.wav -ac 1 out.wav`"
                  : "; choose columns with --columns"));
    }
    if (rate < model.minSampleRateHz() || rate > model.maxSampleRateHz()) {
      throw new IOException(
          file
              + " is sampled at "
              + rate
              + " Hz"
              + (isWav(file) ? "" : rateHz == null ? " by its times" : " by --rate")
              + "; the model's author declares "
              + model.minSampleRateHz()
              + " … "
              + model.maxSampleRateHz()
              + " Hz usable: resample it first"
              + (isWav(file) ? "" : ", or correct --rate"));
    }
  }

  private static boolean isWav(Path file) {
    return FileNames.ending(file).equals("wav");
  }

  private String key(Path file) {
    if (root == null) {
      return FileNames.stem(file);
    }
    Path inside = Path.of(root).relativize(file.toAbsolutePath());
    return inside.resolveSibling(FileNames.stem(inside)).toString().replace('\\', '/');
  }
}
