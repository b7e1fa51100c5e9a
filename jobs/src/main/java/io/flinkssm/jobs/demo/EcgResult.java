package io.flinkssm.jobs.demo;

import io.flinkssm.detect.Evidence;
import io.flinkssm.jobs.detect.Alarms;
import io.flinkssm.jobs.detect.SeriesResult;
import io.flinkssm.jobs.detect.Trace;
import io.flinkssm.jobs.io.SeriesCsv;
import io.flinkssm.stream.Score;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What the detection job said of a heart.
 *
 * @param ecg what was played
 * @param scores one for each sample, in order
 * @param latencyMicros microseconds from producer to score
 * @param speed multiple of real time at which it was played
 */
record EcgResult(Ecg ecg, List<Score> scores, Histogram latencyMicros, double speed) {

  /** How much faster than the digits it is played, so that both take as long. */
  static final double SPEED_UP = 10;

  /** How long a beat is about its peak: what sets off an alarm there belongs to it. */
  private static final double SECONDS_BEFORE_PEAK = 0.1;

  private static final double SECONDS_AFTER_PEAK = 0.5;

  private static final float MILLIVOLTS = 1e-3f;

  EcgResult {
    scores = List.copyOf(scores);
    if (scores.size() != ecg.signal().length()) {
      throw new IllegalArgumentException(
          scores.size() + " scores of " + ecg.signal().length() + " samples, expected one each");
    }
  }

  /**
   * An alarm.
   *
   * @param sample that set it off
   * @param evidence the strongest one in that sample
   * @param beat the odd beat that it lies in, or null
   */
  record Alarm(int sample, Evidence evidence, Ecg.Beat beat) {}

  /** Its alarms, in order. */
  List<Alarm> alarms() {
    return series(0, scores.size()).alarms().kept().stream()
        .map(alarm -> (int) alarm.row() - 1)
        .map(i -> new Alarm(i, scores.get(i).anomaly().strongest(), oddBeatAt(i)))
        .toList();
  }

  /** What was found in the samples from {@code from} to before {@code to}, in millivolts. */
  SeriesResult series(int from, int to) {
    Trace trace = new Trace(1);
    Alarms alarms = new Alarms();
    for (int i = from; i < to; i++) {
      Score score = scores.get(i);
      float[] values = {ecg.signal().samples()[i] * MILLIVOLTS};
      String time = Math.round(score.timeMicros() * 1e-4) / 100.0 + " s";
      String[] texts = {values[0] + " mV"};
      trace.add(score.timeMicros(), values, score.anomaly());
      alarms.add(
          i + 1, new SeriesCsv.Row(time, score.timeMicros(), texts, values), score.anomaly());
    }
    alarms.close();
    return new SeriesResult(ecg.key(), List.of("mV"), to - from, alarms, Map.of(), Map.of(), trace);
  }

  /** Alarms that lie in odd beats. */
  long alarmsInOddBeats() {
    return alarms().stream().filter(alarm -> alarm.beat() != null).count();
  }

  /** Share of the samples that odd beats take up: that of alarms raised blindly. */
  double shareOfOddBeats() {
    long samples = 0;
    for (int i = 0; i < scores.size(); i++) {
      samples += oddBeatAt(i) == null ? 0 : 1;
    }
    return (double) samples / scores.size();
  }

  private Ecg.Beat oddBeatAt(int sample) {
    for (Ecg.Beat beat : ecg.oddBeats()) {
      double seconds = (sample - beat.sample()) / ecg.signal().sampleRateHz();
      if (seconds >= -SECONDS_BEFORE_PEAK && seconds < SECONDS_AFTER_PEAK) {
        return beat;
      }
    }
    return null;
  }
}
