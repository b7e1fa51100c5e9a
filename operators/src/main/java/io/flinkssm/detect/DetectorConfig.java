package io.flinkssm.detect;

import java.io.Serializable;
import java.util.Locale;

/**
 * What a detector can be told. The defaults are for any numeric series.
 *
 * @param channels values per sample, at least 1
 * @param alarmRate p: the rate of false alarms that is accepted, per sample of a stationary signal;
 *     an alarm begins where the score is at least 1 − p. Above 0, below 0.5
 * @param calendar whether time stamps are wall-clock times, whose time of day may matter
 * @param refractorySamples samples over which an alert fades: meanwhile only what is more unusual
 *     gives another. 0 for none
 * @param shortestScaleSeconds the shortest time that matters: the memory looks at it, and at times
 *     three, nine … 243 times as long. At least 0; never shorter than the usual interval of samples
 */
public record DetectorConfig(
    int channels,
    double alarmRate,
    Calendar calendar,
    int refractorySamples,
    double shortestScaleSeconds)
    implements Serializable {

  /** What time stamps are. */
  public enum Calendar {
    /** Wall-clock times if the first one is after 1980: recordings without times begin in 1970. */
    AUTO,
    /** Wall-clock times in UTC. */
    ON,
    /** Times since some beginning. */
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DetectorConfig {
    check(channels >= 1, "channels", channels, "at least 1");
    check(alarmRate > 0 && alarmRate < 0.5, "alarmRate", alarmRate, "above 0 and below 0.5");
    check(refractorySamples >= 0, "refractorySamples", refractorySamples, "at least 0");
    check(
        shortestScaleSeconds >= 0 && shortestScaleSeconds <= Double.MAX_VALUE,
        "shortestScaleSeconds",
        shortestScaleSeconds,
        "at least 0");
  }

  /** The defaults for so many channels. */
  public static DetectorConfig of(int channels) {
    return new DetectorConfig(channels, 1e-3, Calendar.AUTO, 400, 0);
  }

  public DetectorConfig withChannels(int value) {
    return new DetectorConfig(value, alarmRate, calendar, refractorySamples, shortestScaleSeconds);
  }

  public DetectorConfig withAlarmRate(double value) {
    return new DetectorConfig(channels, value, calendar, refractorySamples, shortestScaleSeconds);
  }

  public DetectorConfig withCalendar(Calendar value) {
    return new DetectorConfig(channels, alarmRate, value, refractorySamples, shortestScaleSeconds);
  }

  public DetectorConfig withRefractorySamples(int value) {
    return new DetectorConfig(channels, alarmRate, calendar, value, shortestScaleSeconds);
  }

  public DetectorConfig withShortestScaleSeconds(double value) {
    return new DetectorConfig(channels, alarmRate, calendar, refractorySamples, value);
  }

  private static void check(boolean valid, String name, Object value, String expected) {
    if (!valid) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }
}
