package io.flinkssm.detect;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * What a detector says of one sample: its raw outputs, by name.
 *
 * @param outputs {@code [score, alert, alarm, channel, p-value of each Evidence]}, owned by the
 *     record
 */
public record Anomaly(double[] outputs) {

  /** Places of the outputs. */
  static final int SCORE = 0;

  static final int ALERT = 1;
  static final int ALARM = 2;
  static final int CHANNEL = 3;
  static final int P_VALUES = 4;

  /** Outputs of a detector. */
  static final int SIZE = P_VALUES + Evidence.count();

  public Anomaly {
    if (outputs.length != SIZE) {
      throw new IllegalArgumentException(
          outputs.length + " outputs of a detector, expected " + SIZE);
    }
  }

  /** What raw outputs mean; they are not copied. */
  public static Anomaly of(double[] outputs) {
    return new Anomaly(outputs);
  }

  /**
   * What was written down of an anomaly.
   *
   * @param pValues of each kind of evidence, NaN where it does not apply
   */
  public static Anomaly of(
      double score, double alert, boolean alarm, int channel, ToDoubleFunction<Evidence> pValues) {
    double[] outputs = new double[SIZE];
    outputs[SCORE] = score;
    outputs[ALERT] = alert;
    outputs[ALARM] = alarm ? 1 : 0;
    outputs[CHANNEL] = channel;
    for (Evidence evidence : Evidence.values()) {
      outputs[evidence.output()] = pValues.applyAsDouble(evidence);
    }
    return new Anomaly(outputs);
  }

  /** Whether raw outputs say that an alarm is on. */
  public static boolean isAlarm(double[] outputs) {
    return outputs[ALARM] > 0;
  }

  /**
   * How unusual the sample is, 0 … 1: one minus the rate at which a stationary signal scores as
   * high. 0 for the first 150 samples.
   */
  public double score() {
    return outputs[SCORE];
  }

  /**
   * The score, said once for each anomaly: what follows an alert is a thousandth of the score until
   * something more unusual happens or the refractory time is over, and so is what is not
   * remarkable. Compare this with a threshold above 0.9 to get alarms that do not repeat
   * themselves; below 0.001 its order is that of the score.
   */
  public double alert() {
    return outputs[ALERT];
  }

  /** Whether the alarm is on: from the sample that crosses the threshold on until it has calmed. */
  public boolean alarm() {
    return isAlarm(outputs);
  }

  /** The channel with the strongest evidence, −1 if it concerns all channels together. */
  public int channel() {
    return (int) outputs[CHANNEL];
  }

  /** The p-value of one kind of evidence, 0 … 1; NaN where the kind does not apply. */
  public double pValue(Evidence evidence) {
    return outputs[evidence.output()];
  }

  /** The kind with the smallest p-value, or null if none applies. */
  public Evidence strongest() {
    Evidence strongest = null;
    for (Evidence evidence : Evidence.values()) {
      double p = pValue(evidence);
      if (!Double.isNaN(p) && (strongest == null || p < pValue(strongest))) {
        strongest = evidence;
      }
    }
    return strongest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Anomaly that && Arrays.equals(outputs, that.outputs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(outputs);
  }

  @Override
  public String toString() {
    return "Anomaly{score=" + score() + ", alert=" + alert() + ", alarm=" + alarm() + "}";
  }
}
