package io.flinkssm.flink;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.detect.DetectorConfig.Calendar;
import io.flinkssm.stream.Detection;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringConfig.Emit;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Every option of detection, with its default and how to choose it. None has to be set. The rules
 * of order, time, broken values, emission and bundles are those of {@link ScoringOptions}, with
 * {@linkplain #withDefaults defaults of their own}.
 */
public final class DetectionOptions {
  private static final DetectorConfig DEFAULTS = DetectorConfig.of(1);
  private static final ScoringConfig RULES = Detection.rules().build();

  /**
   * Long enough for yearly holidays to pass, short enough that keys that are gone do not pile up.
   */
  private static final Duration STATE_TTL = Duration.ofDays(30);

  public static final ConfigOption<Integer> CHANNELS =
      key("ssm.detect.channels")
          .intType()
          .defaultValue(DEFAULTS.channels())
          .withDescription(
              "Values per sample. Channels of one signal are watched together, so that broken"
                  + " relations between them are seen; give signals that have nothing to do with"
                  + " each other keys of their own. Frames with another number are rejected. With"
                  + " ssm.model.path it is the model that says how many there are.");

  public static final ConfigOption<Double> ALARM_RATE =
      key("ssm.detect.alarm-rate")
          .doubleType()
          .defaultValue(DEFAULTS.alarmRate())
          .withDescription(
              "The rate of false alarms that is accepted, per sample of a signal that does not"
                  + " change, above 0 and below 0.5: an alarm begins where the score is at least one"
                  + " minus this. Choose it by the samples that one person can have checked: at one"
                  + " sample a minute, 0.001 is an alarm or two a day. May be changed between"
                  + " restores: what was learned is kept.");

  public static final ConfigOption<Calendar> CALENDAR =
      key("ssm.detect.calendar")
          .enumType(Calendar.class)
          .defaultValue(DEFAULTS.calendar())
          .withDescription(
              "Whether time stamps are wall-clock times, so that the time of day may matter: on, off,"
                  + " or auto, which takes them for such if the first one is after 1980.");

  public static final ConfigOption<Integer> REFRACTORY =
      key("ssm.detect.refractory")
          .intType()
          .defaultValue(DEFAULTS.refractorySamples())
          .withDescription(
              "Samples over which an alert fades: meanwhile only what is more unusual gives another."
                  + " 0 for none: then the alert is the score.");

  public static final ConfigOption<Duration> TIME_SCALE =
      key("ssm.detect.time-scale")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "The shortest time that matters: the memory looks at it, and at times up to 243 times as"
                  + " long. 0 for the sampling interval. Choose it where samples come much faster"
                  + " than anything happens: at 360 Hz neighbouring samples of a heart beat say the"
                  + " same, and 25 ms is early enough. Takes effect for keys that are new.");

  private DetectionOptions() {}

  /** All options of detection alone, in the order of the documentation. */
  public static List<ConfigOption<?>> all() {
    return List.of(CHANNELS, ALARM_RATE, CALENDAR, REFRACTORY, TIME_SCALE);
  }

  /**
   * A configuration with the defaults of detection for those {@link ScoringOptions} that are not
   * set in it.
   */
  public static Configuration withDefaults(ReadableConfig options) {
    Configuration made = Configuration.fromMap(options.toMap());
    setIfAbsent(made, ScoringOptions.SAMPLING, RULES.sampling());
    setIfAbsent(made, ScoringOptions.PRECISION, RULES.precision());
    setIfAbsent(
        made, ScoringOptions.IDLE_TIMEOUT, Duration.ofNanos(1000 * RULES.idleTimeoutMicros()));
    setIfAbsent(made, ScoringOptions.STATE_TTL, STATE_TTL);
    setIfAbsent(made, ScoringOptions.EMIT_POLICY, RULES.emit());
    Emit emit = made.get(ScoringOptions.EMIT_POLICY);
    boolean bySamples = emit == Emit.SAMPLES || emit == Emit.LABEL_CHANGE;
    setIfAbsent(made, ScoringOptions.EMIT_EVERY, bySamples ? RULES.emitEvery() : 0);
    return made;
  }

  private static <T> void setIfAbsent(Configuration options, ConfigOption<T> option, T value) {
    if (!options.contains(option)) {
      options.set(option, value);
    }
  }

  /**
   * The detector of a configuration.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static DetectorConfig detector(ReadableConfig options) {
    return DetectorConfig.of(options.get(CHANNELS))
        .withAlarmRate(options.get(ALARM_RATE))
        .withCalendar(options.get(CALENDAR))
        .withRefractorySamples(options.get(REFRACTORY))
        .withShortestScaleSeconds(options.get(TIME_SCALE).toNanos() * 1e-9);
  }

  /**
   * The rules of a configuration, the defaults of detection included.
   *
   * @throws IllegalArgumentException naming the option, the consequence and the remedy
   */
  public static ScoringConfig rules(ReadableConfig options) {
    return Detection.check(ScoringOptions.scoring(withDefaults(options)));
  }
}
