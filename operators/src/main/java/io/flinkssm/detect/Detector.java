package io.flinkssm.detect;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Scores how unusual each sample of a signal is, by that signal's own past and nothing else: no
 * training, no labels, no look ahead. All that it learns lies in the state of a key.
 *
 * <p>A {@link SequenceModel} like any other to whoever steps it, except that statistics need
 * float64 and that there is no convolutional view. Its outputs are those of {@link Anomaly}. It
 * takes samples at any rate: intervals are part of what it works with, so score signals without a
 * steady rate as irregular ones.
 */
public final class Detector implements SequenceModel {
  private static final String NAME = "detector";

  /** Of what is computed; another version does not go on with the states of this one. */
  private static final String VERSION = "5";

  private static final double LOWEST_HZ = 1e-9;
  private static final double HIGHEST_HZ = 1e9;

  private final DetectorConfig config;
  private final ModelInfo info;
  private final Watch watch;

  private Detector(DetectorConfig config) {
    this.config = config;
    watch = new Watch(config);
    info =
        new ModelInfo(
            NAME,
            VERSION,
            // Of what the states depend on: they outlive a change of when an alarm is due.
            sha256(VERSION + " " + config.channels() + " " + config.calendar()),
            "detector",
            ModelInfo.Task.ANOMALY,
            config.channels(),
            Anomaly.SIZE,
            List.of("normal", "alarm"),
            1,
            LOWEST_HZ,
            HIGHEST_HZ,
            0);
  }

  /** A detector. */
  public static Detector of(DetectorConfig config) {
    return new Detector(config);
  }

  public DetectorConfig config() {
    return config;
  }

  /**
   * What the state of a key says, for people to read: by name a {@code Double}, or a {@code
   * double[]} of several. Names are not a contract; they change with the version.
   *
   * @throws IllegalArgumentException if the state is not one of this detector
   */
  public Map<String, Object> describe(double[] state) {
    if (state.length != watch.stateLength()) {
      throw new IllegalArgumentException(
          "state has " + state.length + " places, expected " + watch.stateLength());
    }
    return watch.describe(state);
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public String whyNotStreaming() {
    return null;
  }

  @Override
  public String channelsRemedy() {
    return "set ssm.detect.channels to the channels of the signal, or give signals of another kind a"
        + " detector of their own";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the kernels are of float32
   */
  @Override
  @SuppressWarnings("unchecked") // Kernels of 8 byte elements are those of double[].
  public <A> DiscreteModel<A> discretize(
      double sampleRateHz, RateMethod method, Kernels<A> kernels) {
    if (kernels.elementBytes() != Double.BYTES) {
      throw new IllegalArgumentException(
          "a detector keeps statistics, which need float64, but precision is float32; set it to"
              + " float64");
    }
    if (!(sampleRateHz >= LOWEST_HZ && sampleRateHz <= HIGHEST_HZ)) {
      throw new IllegalArgumentException(
          "sampling rate is "
              + sampleRateHz
              + " Hz, expected "
              + LOWEST_HZ
              + " … "
              + HIGHEST_HZ
              + " Hz");
    }
    return (DiscreteModel<A>) new DiscreteDetector(this, watch, sampleRateHz);
  }

  /** Lower-case hex digest of a text. */
  static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
