package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.io.FrameCutter;
import io.flinkssm.jobs.io.Signal;
import io.flinkssm.jobs.io.WavFile;
import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The recording of a heart that the demo lets a detector watch.
 *
 * @param signal voltages in microvolts
 * @param oddBeats the beats that its annotators did not call normal, in order. No detector sees
 *     them: they say afterwards where its alarms lie
 */
record Ecg(Signal signal, List<Beat> oddBeats) {

  private static final String SIGNAL = "208.wav";
  private static final String BEATS = "beats.csv";
  private static final String HEADER = "sample,beat";
  private static final double FRAME_SECONDS = 0.1;

  Ecg {
    oddBeats = List.copyOf(oddBeats);
  }

  /**
   * A beat.
   *
   * @param sample of its peak
   * @param kind the annotators' code, such as {@code "V"} for premature ventricular
   */
  record Beat(int sample, String kind) {}

  /** Reads {@code 208.wav} and {@code beats.csv}. */
  static Ecg read(Path folder) throws IOException {
    Signal signal = WavFile.read(folder.resolve(SIGNAL));
    return new Ecg(
        new Signal("heart", signal.sampleRateHz(), signal.channels(), signal.samples()),
        beats(folder.resolve(BEATS), signal.length()));
  }

  private static List<Beat> beats(Path file, int samples) throws IOException {
    List<Beat> beats = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IOException(file + ": expected the header " + HEADER);
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      try {
        int sample = Integer.parseInt(cells[0]);
        if (cells.length != 2 || sample < 0 || sample >= samples) {
          throw new NumberFormatException();
        }
        beats.add(new Beat(sample, cells[1]));
      } catch (NumberFormatException e) {
        throw new IOException(
            String.format(
                "%s, line %d is \"%s\", expected a sample below %d and a beat",
                file, i + 1, lines.get(i), samples),
            e);
      }
    }
    return beats;
  }

  /** Key of its frames. */
  String key() {
    return signal.name();
  }

  /** Its first part, under another key. */
  Ecg beginning(double seconds, String key) {
    Signal part = signal.slice(0, (int) (seconds * signal.sampleRateHz()));
    return new Ecg(
        new Signal(key, part.sampleRateHz(), part.channels(), part.samples()),
        oddBeats.stream().filter(beat -> beat.sample() < part.length()).toList());
  }

  /** Its frames in order; the last one ends the segment. Their times count from its beginning. */
  List<Frame> frames() {
    int perFrame = (int) Math.round(FRAME_SECONDS * signal.sampleRateHz());
    return FrameCutter.cut(signal, 0, perFrame, true);
  }
}
