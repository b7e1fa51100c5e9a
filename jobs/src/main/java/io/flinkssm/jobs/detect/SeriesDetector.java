package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.stream.Detection;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringCounters;
import io.flinkssm.stream.ScoringSink;
import java.util.Map;

/**
 * Detects anomalies in one series, row by row: the rules are those of the operator, the state is in
 * memory.
 */
public final class SeriesDetector {
  private static final ScoringConfig RULES = Detection.rules().build();

  private final String key;
  private final int channels;
  private final Scorer<double[]> scorer;
  private final Answer answer = new Answer();
  private KeyState<double[]> state;
  private long rows;
  private long lastMicros = Long.MIN_VALUE;
  private double rateHz;

  /** What the scorer said of the row at hand. */
  private static final class Answer implements ScoringSink {
    private Anomaly anomaly;
    private Rejection rejection;

    @Override
    public void score(Score score) {
      anomaly = score.anomaly();
    }

    @Override
    public void reject(Rejection rejected) {
      rejection = rejected;
    }
  }

  /**
   * A detector that has seen nothing.
   *
   * @param name of the series, for messages
   */
  public SeriesDetector(String name, DetectorConfig config) {
    key = name;
    channels = config.channels();
    scorer = Detection.scorer(config, RULES, ScoringCounters.NONE);
  }

  /**
   * What the detector says of the next row; null if it was rejected, as {@link #rejection()} tells.
   *
   * @param micros time of the row, microseconds since the epoch
   * @param values of the channels; not to be changed afterwards
   */
  public Anomaly step(long micros, float[] values) {
    long sinceLast = micros - lastMicros;
    Frame frame =
        new Frame(key, micros, rateHz, channels, values, false, new Frame.Origin(key, -1, rows++));
    answer.anomaly = null;
    answer.rejection = null;
    if (scorer.check(frame, answer)) {
      KeyState<double[]> changed = scorer.score(state, frame, answer);
      state = changed == null ? state : changed;
    }
    if (answer.anomaly != null) {
      // As a sensor would state it: of regular rows, all intervals are exact from the third on.
      rateHz = lastMicros == Long.MIN_VALUE ? 0 : 1e6 / sinceLast;
      lastMicros = micros;
    }
    return answer.anomaly;
  }

  /** What has been learned so far, by name: see {@link Detection#learned}. */
  public Map<String, Object> describe() {
    return state == null ? Map.of() : Detection.learned(state);
  }

  /** Why the last row was rejected, or null if it was the same as one a short while before. */
  public Rejection rejection() {
    return answer.rejection;
  }
}
