package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.jobs.io.WavFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the demo plays: ten spoken digits, each at several gains and sampling rates, one key each.
 *
 * <p>Lower rates are made by keeping every second or fourth sample. Some keys change their rate
 * half way, as a codec or a sensor in power saving does: the operator must keep the state and
 * change Δ.
 */
public final class ClipCatalogue {

  private static final int DIGITS = 10;
  private static final double[] GAINS = {0, -10, -20, 6};
  private static final int[][] DECIMATIONS = {{2}, {1}, {4}, {1, 2}};
  private static final int SETTINGS = GAINS.length * DECIMATIONS.length;

  /** All keys that differ in digit, gain or rate. */
  public static final int DISTINCT = DIGITS * SETTINGS;

  /** Signal time from one key's start to the next one's. */
  private static final long STAGGER_MICROS = 200_000;

  private static final long START_MICROS =
      Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000;

  private final List<Signal> digits;
  private final List<String> labels;

  private ClipCatalogue(List<Signal> digits, List<String> labels) {
    this.digits = digits;
    this.labels = labels;
  }

  /**
   * Reads {@code 0.wav} … {@code 9.wav}.
   *
   * @param labels the model's names of the digits, in order
   */
  public static ClipCatalogue read(Path folder, List<String> labels) throws IOException {
    if (labels.size() != DIGITS) {
      throw new IOException(
          "the demo plays ten digits, but the model has the labels "
              + labels
              + "; use a model of ten labels, zero to nine");
    }
    List<Signal> digits = new ArrayList<>();
    for (int digit = 0; digit < DIGITS; digit++) {
      digits.add(WavFile.read(folder.resolve(digit + ".wav")));
    }
    return new ClipCatalogue(digits, labels);
  }

  /** Keys that start one after the other; more than {@link #DISTINCT} repeat the same sounds. */
  public List<Clip> clips(int keys) {
    List<Clip> clips = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      int digit = i % DIGITS;
      // Every digit meets every setting, and neighbours differ in both.
      int setting = (i / DIGITS + digit) % SETTINGS;
      int[] decimations = DECIMATIONS[setting % DECIMATIONS.length];
      double gain = GAINS[setting / DECIMATIONS.length];
      clips.add(clip("key-" + i, digit, decimations, gain, START_MICROS + i * STAGGER_MICROS));
    }
    return clips;
  }

  /** One key for each rate, to be played before anything is measured. */
  public List<Clip> warmUp() {
    List<Clip> clips = new ArrayList<>();
    for (int i = 0; i < DECIMATIONS.length; i++) {
      clips.add(clip("warm-up-" + i, 8, DECIMATIONS[i], 0, START_MICROS));
    }
    return clips;
  }

  private Clip clip(String prefix, int digit, int[] decimations, double gain, long startMicros) {
    Signal recording = digits.get(digit).gain(gain);
    List<String> rates = new ArrayList<>();
    List<Signal> parts = new ArrayList<>();
    for (int p = 0; p < decimations.length; p++) {
      // Borders that every decimation divides keep the parts contiguous.
      int from = border(recording.length(), p, decimations.length);
      int to = border(recording.length(), p + 1, decimations.length);
      Signal part = recording.slice(from, to).decimate(decimations[p]);
      rates.add(String.format(Locale.ROOT, "%.0f", part.sampleRateHz() / 1000));
      parts.add(part);
    }
    String rateName = String.join(" → ", rates) + " kHz";
    String key =
        String.format(
            Locale.ROOT, "%s-%d-%skHz%+.0fdB", prefix, digit, String.join("to", rates), gain);
    List<Signal> named =
        parts.stream()
            .map(s -> new Signal(key, s.sampleRateHz(), s.channels(), s.samples()))
            .toList();
    return new Clip(key, labels.get(digit), rateName, gain, startMicros, named);
  }

  private static int border(int length, int part, int parts) {
    return part == parts ? length : length / parts * part / 8 * 8;
  }
}
