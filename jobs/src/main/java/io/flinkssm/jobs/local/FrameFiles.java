package io.flinkssm.jobs.local;

import io.flinkssm.jobs.io.FileNames;
import io.flinkssm.jobs.io.FrameCutter;
import io.flinkssm.jobs.io.Signal;
import io.flinkssm.jobs.io.SignalCsv;
import io.flinkssm.jobs.io.WavFile;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** Reads WAV and CSV files as signal frames. Serializable, so that a Flink task can do it. */
public final class FrameFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<String> columns;
  private final Double rateHz;
  private final double defaultRateHz;
  private final int samplesPerFrame;

  /**
   * A reader.
   *
   * @param columns CSV columns to use as channels; empty for all
   * @param rateHz sampling rate of CSV rows, or null
   * @param defaultRateHz sampling rate of CSV rows that have no times, if {@code rateHz} is null
   * @param samplesPerFrame samples per frame
   */
  public FrameFiles(
      List<String> columns, Double rateHz, double defaultRateHz, int samplesPerFrame) {
    this.columns = List.copyOf(columns);
    this.rateHz = rateHz;
    this.defaultRateHz = defaultRateHz;
    this.samplesPerFrame = samplesPerFrame;
  }

  /** Whether a path is a file that can be read here, by its ending. */
  public static boolean understands(Path file) {
    return Files.isRegularFile(file) && List.of("wav", "csv").contains(FileNames.ending(file));
  }

  /** All frames of a file; the last one of each key ends its segment. */
  public List<Frame> read(Path file) throws IOException {
    if (FileNames.ending(file).equals("wav")) {
      Signal signal = WavFile.read(file);
      return FrameCutter.cut(signal, 0, samplesPerFrame, true);
    }
    OptionalDouble rate = rateHz == null ? OptionalDouble.empty() : OptionalDouble.of(rateHz);
    return new SignalCsv(columns, rate, defaultRateHz, samplesPerFrame).read(file);
  }

  /**
   * Reads the first file and holds it against the model, before a cluster is started for it.
   *
   * @throws IOException naming the file, what it has, what the model takes, and the fix
   */
  public void check(List<Path> files, ModelInfo model) throws IOException {
    Path file = files.get(0);
    Frame frame = read(file).get(0);
    if (frame.channels() != model.inputChannels()) {
      throw new IOException(
          file
              + " has "
              + frame.channels()
              + " channels; the model takes "
              + model.inputChannels()
              + (FileNames.ending(file).equals("wav")
                  ? "; mix it down, for example with `ffmpeg -i in.wav -ac 1 out.wav`"
                  : "; choose columns with --columns"));
    }
    double rate = frame.sampleRateHz();
    if (rate < model.minSampleRateHz() || rate > model.maxSampleRateHz()) {
      throw new IOException(
          file
              + " is sampled at "
              + rate
              + " Hz; the model's author declares "
              + model.minSampleRateHz()
              + " … "
              + model.maxSampleRateHz()
              + " Hz usable: resample it first");
    }
  }
}
