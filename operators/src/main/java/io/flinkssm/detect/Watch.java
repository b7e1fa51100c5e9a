package io.flinkssm.detect;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a detector does with each sample: the channels, then what their evidence amounts to, alerts
 * and the alarm. Immutable; what is learned lies in the state of a key.
 *
 * <p>The first samples of a key are kept in its state until there are enough of them to know the
 * scale of each channel and the usual interval; then they are replayed. Scores are 0 for some more.
 */
final class Watch {
  /** Samples before anything is learned. */
  static final int START = 50;

  /**
   * Samples before anything is said: what is the highest of a hundred values is the highest of few.
   */
  static final int PROBATION = 150;

  /** Before it, times are those of a recording without a calendar: 1980 in seconds. */
  private static final double CALENDAR_BEGINS = 315_532_800;

  /** What an alert that is held back shows of the score, so that its order is kept. */
  private static final double HELD = 1e-3;

  /** Scores below it, which one sample in ten reaches, are no alerts. */
  private static final double REMARKABLE = 0.9;

  private final DetectorConfig config;
  private final StateLayout layout = new StateLayout();
  private final int samples;
  private final int usualInterval;
  private final int calendar;
  private final int beginning;
  private final double logChannels;
  private final Refractory refractory;
  private final Calibration calibration;
  private final Alarm alarm;

  private final ChannelWatch[] channels;

  /** Of several channels; null of one. */
  private final JointWatch joint;

  Watch(DetectorConfig config) {
    this.config = config;
    samples = layout.add("samples", 1);
    usualInterval = layout.add("usualInterval", 1);
    calendar = layout.add("calendar", 1);
    beginning = layout.add("beginning", 1);
    refractory = new Refractory(layout.add("refractory", 1), config.refractorySamples());
    calibration = new Calibration(layout.add("calibration", Calibration.SIZE));
    alarm = new Alarm(layout.add("alarm", 1), -Elementary.log(config.alarmRate()));
    logChannels = Elementary.log(config.channels());
    channels = new ChannelWatch[config.channels()];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = new ChannelWatch(layout.under("channel" + c));
    }
    joint = channels.length == 1 ? null : new JointWatch(layout, channels.length);
  }

  int stateLength() {
    return layout.length();
  }

  /** Scratch arrays for {@link #step}. */
  Scratch newScratch() {
    return new Scratch(
        START * (3 + 2 * channels.length), joint == null ? null : joint.newScratch());
  }

  /** A state by name. */
  Map<String, Object> describe(double[] state) {
    if (state[samples] >= START) {
      return layout.describe(state);
    }
    int n = (int) state[samples];
    Map<String, Object> first = new LinkedHashMap<>();
    first.put("samples", state[samples]);
    for (int c = 0; c < channels.length; c++) {
      int room = channels[c].room();
      first.put("channel" + c + ".first", Arrays.copyOfRange(state, room, room + n));
    }
    return first;
  }

  /**
   * Takes one sample.
   *
   * @param state of the key
   * @param seconds time of the sample since the epoch
   * @param interval seconds since the sample before
   * @param x holds the values of the channels, from {@code offset} on
   * @param forecast holds forecasts of them by a model, from {@code forecastOffset} on; null for
   *     none
   * @param scratch whose outputs, those of {@link Anomaly}, are filled in
   */
  void step(
      double[] state,
      double seconds,
      double interval,
      double[] x,
      int offset,
      double[] forecast,
      int forecastOffset,
      Scratch scratch) {
    double n = state[samples];
    if (n < START) {
      keep(state, (int) n, seconds, interval, x, offset, forecast, forecastOffset);
      state[samples] = n + 1;
      if (n + 1 < START) {
        clear(scratch);
      } else {
        replay(state, forecast != null, scratch);
      }
      return;
    }
    state[samples] = n + 1;
    observe(state, seconds, interval, x, offset, forecast, forecastOffset, scratch);
  }

  private void observe(
      double[] state,
      double seconds,
      double interval,
      double[] x,
      int offset,
      double[] forecast,
      int forecastOffset,
      Scratch scratch) {
    clear(scratch);
    if (state[calendar] > 0) {
      scratch.turns = DayPhase.turns(seconds);
      scratch.dayPassed = seconds - state[beginning] >= DayPhase.SECONDS;
      DayPhase.features(scratch.turns, scratch.phi);
    } else {
      scratch.turns = Double.NaN;
      DayPhase.none(scratch.phi);
    }
    double[] modeGains = scratch.modeGains(interval / state[usualInterval]);
    double most = -1;
    int channel = 0;
    for (int c = 0; c < channels.length; c++) {
      double expected = forecast == null ? Double.NaN : forecast[forecastOffset + c];
      double found = channels[c].observe(state, x[offset + c], expected, modeGains, scratch);
      for (int k = 0; k < scratch.rare.length; k++) {
        if (scratch.rare[k] >= 0) {
          scratch.raise(k, Math.max(scratch.rare[k] - logChannels, 0));
        }
      }
      if (found > most) {
        most = found;
        channel = c;
      }
    }
    // The best of several channels is as rare as it is rarer than one of them.
    most = Math.max(most - Calibration.sum(logChannels), 0);
    if (joint != null) {
      double together = Calibration.sum(joint.observe(state, x, offset, scratch));
      if (together > most) {
        most = together;
        channel = joint.channel(state);
      }
    }
    conclude(state, most, channel, scratch);
  }

  private void conclude(double[] state, double sum, int channel, Scratch scratch) {
    scratch.sum = sum;
    boolean tops = refractory.tops(state, scratch.sum);
    double surprise = calibration.surprise(state, scratch.sum, tops);
    if (state[samples] <= PROBATION) {
      surprise = 0;
    }
    double score = 1 - Elementary.exp(-surprise);
    double[] outputs = scratch.outputs;
    outputs[Anomaly.SCORE] = score;
    outputs[Anomaly.ALERT] = tops && score >= REMARKABLE ? score : HELD * score;
    outputs[Anomaly.ALARM] = alarm.isOn(state, surprise) ? 1 : 0;
    outputs[Anomaly.CHANNEL] = channel;
    for (int k = 0; k < scratch.evidence.length; k++) {
      double rare = scratch.evidence[k];
      if (rare >= 0) {
        outputs[Anomaly.P_VALUES + k] = Elementary.exp(-rare);
      }
    }
  }

  /** Nothing is said of a sample yet. */
  private static void clear(Scratch scratch) {
    Arrays.fill(scratch.evidence, -1);
    scratch.sum = 0;
    Arrays.fill(scratch.outputs, 0, Anomaly.P_VALUES, 0);
    Arrays.fill(scratch.outputs, Anomaly.P_VALUES, Anomaly.SIZE, Double.NaN);
  }

  /** Puts one of the first samples away. */
  private void keep(
      double[] state,
      int n,
      double seconds,
      double interval,
      double[] x,
      int offset,
      double[] forecast,
      int forecastOffset) {
    for (int c = 0; c < channels.length; c++) {
      int room = channels[c].room();
      state[room + n] = x[offset + c];
      if (forecast != null) {
        state[room + START + n] = forecast[forecastOffset + c];
      }
    }
    int room = channels[0].room();
    state[room + 2 * START + n] = seconds;
    state[room + 3 * START + n] = interval;
  }

  /** Learns scales from the first samples, then takes them one after the other. */
  private void replay(double[] state, boolean forecasts, Scratch scratch) {
    double[] first = scratch.first;
    int width = channels.length;
    int forecastsAt = START * width;
    int secondsAt = 2 * START * width;
    int intervalsAt = secondsAt + START;
    int sorted = intervalsAt + START;
    for (int c = 0; c < width; c++) {
      int room = channels[c].room();
      for (int i = 0; i < START; i++) {
        first[i * width + c] = state[room + i];
        first[forecastsAt + i * width + c] = state[room + START + i];
        first[sorted + i] = state[room + i];
      }
      channels[c].begin(state, first, sorted, sorted + START);
    }
    int room = channels[0].room();
    System.arraycopy(state, room + 2 * START, first, secondsAt, 2 * START);
    for (int c = 0; c < width; c++) {
      Arrays.fill(state, channels[c].room(), channels[c].room() + 4 * START, 0);
    }
    System.arraycopy(first, intervalsAt, first, sorted, START);
    // The first sample's interval is anyone's guess; of the other 49 take the median.
    Arrays.sort(first, sorted + 1, sorted + START);
    state[usualInterval] = Math.max(first[sorted + START / 2], config.shortestScaleSeconds());
    state[calendar] = knowsTimeOfDay(first[secondsAt]) ? 1 : 0;
    state[beginning] = first[secondsAt];
    for (int i = 0; i < START; i++) {
      observe(
          state,
          first[secondsAt + i],
          first[intervalsAt + i],
          first,
          i * width,
          forecasts ? first : null,
          forecastsAt + i * width,
          scratch);
    }
  }

  private boolean knowsTimeOfDay(double seconds) {
    return switch (config.calendar()) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> seconds >= CALENDAR_BEGINS;
    };
  }
}
