package io.flinkssm.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes rejected records of frames. */
public final class Rejections {

  private Rejections() {}

  /** A rejection that carries the frame's samples, little-endian float32. */
  public static Rejection of(Frame frame, Rejection.Reason reason, String message) {
    return new Rejection(
        reason,
        message,
        frame.key() == null ? "" : frame.key(),
        frame.origin(),
        frame.startMicros(),
        samples(frame));
  }

  /** A frame's samples as the payload of a rejection: little-endian float32. */
  public static byte[] samples(Frame frame) {
    float[] samples = frame.samples() == null ? new float[0] : frame.samples();
    ByteBuffer payload =
        ByteBuffer.allocate(samples.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(samples);
    return payload.array();
  }

  static Rejection nonFinite(Frame frame, int bad) {
    return of(
        frame,
        Rejection.Reason.NON_FINITE,
        bad
            + " of "
            + frame.samples().length
            + " values are NaN or infinite; repair the source, or set ssm.non-finite to hold or zero");
  }

  static Rejection late(Frame frame, long nextMicros) {
    return of(
        frame,
        Rejection.Reason.LATE,
        behind(frame, nextMicros)
            + "; use ssm.ordering=sorted with a larger ssm.max-out-of-orderness if frames overtake each"
            + " other");
  }

  static Rejection clockBackwards(Frame frame, long nextMicros, long latenessMicros) {
    return of(
        frame,
        Rejection.Reason.CLOCK_BACKWARDS,
        behind(frame, nextMicros)
            + ", further back than ssm.lateness, "
            + latenessMicros
            + " µs; check the clock of the device");
  }

  /** For a frame whose place in the order of time has been passed already. */
  public static Rejection behindWatermark(Frame frame, long watermarkMillis) {
    return of(
        frame,
        Rejection.Reason.LATE,
        "frame starts at "
            + frame.startMicros()
            + " µs, but the watermark has reached "
            + watermarkMillis
            + " ms; raise ssm.max-out-of-orderness if frames may be that late");
  }

  static String noModel(String name, long timeMicros) {
    return "no model "
        + name
        + " is released for "
        + timeMicros
        + " µs; release one with an earlier activation, or start the job with a model";
  }

  /** For a release that cannot be used. */
  public static Rejection badRelease(Release release, Frame.Origin origin, String reason) {
    return new Rejection(
        Rejection.Reason.BAD_RELEASE,
        "release of "
            + release.name()
            + " version "
            + release.version()
            + " from "
            + release.uri()
            + " is refused: "
            + reason,
        release.name(),
        origin,
        release.activateAtMicros(),
        new byte[0]);
  }

  /**
   * For a release that cannot be used: at the time of its activation, with the model's name as key.
   *
   * @param reason what was found and expected, and the fix
   */
  public static Rejection badRelease(Release release, String reason) {
    return new Rejection(
        Rejection.Reason.BAD_RELEASE,
        "release of "
            + release.name()
            + " version "
            + release.version()
            + " from "
            + release.uri()
            + " is refused: "
            + reason,
        release.name(),
        new Frame.Origin("releases", -1, release.sequence()),
        release.activateAtMicros(),
        new byte[0]);
  }

  private static String behind(Frame frame, long nextMicros) {
    return "frame starts at "
        + frame.startMicros()
        + " µs, but the next sample of its key is expected at "
        + nextMicros
        + " µs";
  }
}
