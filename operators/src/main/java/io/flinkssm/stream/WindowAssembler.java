package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.simd.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Assembles windows of samples of the frames of any number of keys.
 *
 * <p>Order, duplicates, gaps and broken values are decided by the very {@link Scorer} of streaming,
 * stepping a model that writes its input down: what a window holds is what streaming has consumed,
 * by construction. How a signal is cut into frames changes nothing. Not thread-safe.
 */
public final class WindowAssembler {
  private final FrameCheck check;
  private final ScoringCounters counters;
  private final SampleRecorder recorder;
  private final Scorer<float[]> scorer;
  private final WindowRules rules;

  // What happens to the frame at hand.
  private final List<SegmentEnd> ends = new ArrayList<>();
  private Consumer<Rejection> rejected;
  private final ScoringSink sink =
      new ScoringSink() {
        @Override
        public void score(Score score) {
          if (score.endOfSegment()) {
            ends.add(new SegmentEnd(recorder.length(), score.segmentStartMicros()));
          }
        }

        @Override
        public void reject(Rejection rejection) {
          rejected.accept(rejection);
        }
      };

  /**
   * An assembler for the input of one model.
   *
   * @param config rules of scoring; emission and precision do not matter
   * @param checkRate throws an IllegalArgumentException for rates that the model refuses
   */
  public WindowAssembler(
      ModelInfo info,
      ScoringConfig config,
      WindowRules rules,
      ScoringCounters counters,
      DoubleConsumer checkRate) {
    check = new FrameCheck(info.name(), config);
    this.counters = counters;
    this.rules = rules;
    recorder = new SampleRecorder(info, checkRate);
    scorer = new Scorer<>(recorder, Kernels.float32(), config, counters);
  }

  /**
   * A segment that ends while a frame is taken.
   *
   * @param length samples taken in until then
   */
  private record SegmentEnd(int length, long segmentStartMicros) {}

  /**
   * Ends every segment at an event time, as a release that resets states does in streaming. Samples
   * that were taken in before stay as they are.
   */
  public void resetAt(long micros, long sequence) {
    ModelInfo info = recorder.info();
    scorer.announce(
        new Release(
            info.name(),
            info.version(),
            "",
            info.sha256(),
            micros,
            Release.StatePolicy.RESET,
            sequence));
  }

  /** Keeps the pieces of the log of the key at hand. */
  @FunctionalInterface
  public interface Log {
    /**
     * Keeps a piece.
     *
     * @param index number of its first sample
     */
    void append(long index, SamplePiece piece);
  }

  /**
   * What one key has come to.
   *
   * @param clock where its samples are in time, to be stored; null if nothing changed
   * @param windows with the windows that are complete now
   */
  public record Step(KeyState<float[]> clock, KeyWindows windows) {}

  /** Whether a frame is usable at all; if not, it has been rejected. */
  public boolean check(Frame frame, Consumer<Rejection> rejections) {
    Rejection rejection =
        check.check(frame, recorder.info().inputChannels(), recorder.channelsRemedy());
    if (rejection == null) {
      return true;
    }
    counters.rejected(rejection.reason());
    rejections.accept(rejection);
    return false;
  }

  /**
   * Takes note of a frame that came after its place in the order of time; see {@link Scorer#late}.
   */
  public void late(
      KeyState<?> clock, Frame frame, long watermarkMillis, Consumer<Rejection> rejections) {
    begin(rejections);
    scorer.late(clock, frame, watermarkMillis, sink);
  }

  /**
   * Takes a frame that passed {@link #check}.
   *
   * @param clock of the key, or null for a new key; may be changed in place
   * @param windows of the key
   */
  public Step add(
      KeyState<?> clock, KeyWindows windows, Frame frame, Log log, Consumer<Rejection> rejections) {
    long anchor = clock == null ? KeyState.NO_TIME : clock.anchorMicros;
    long since = clock == null ? 0 : clock.sinceAnchor;
    begin(rejections);
    KeyState<float[]> after = scorer.score(clock, frame, sink);
    KeyWindows now = windows;
    int length = recorder.length();
    // The frame's own samples come last: fewer than it has if some were known, more after a gap.
    int gap = Math.max(0, length - frame.length());
    int skip = gap > 0 ? 0 : frame.length() - length;
    int from = 0;
    int ended = 0;
    for (SampleRecorder.Run run : recorder.runs()) {
      while (from < run.end()) {
        for (; ended < ends.size() && ends.get(ended).length == from; ended++) {
          now = now.endSegment(from > 0, rules);
        }
        int to = from < gap ? Math.min(gap, run.end()) : run.end();
        long segmentStart = after.segmentStartMicros;
        if (ended < ends.size()) {
          to = Math.min(to, ends.get(ended).length);
          segmentStart = ends.get(ended).segmentStartMicros;
        }
        SamplePiece piece =
            from < gap
                ? piece(run, anchor, since + from, from, to)
                : piece(run, frame.startMicros(), skip + from - gap, from, to);
        now = append(now, piece, segmentStart, log);
        from = to;
      }
    }
    for (; ended < ends.size(); ended++) {
      now = now.endSegment(length > 0, rules);
    }
    return new Step(after, now);
  }

  /** Ends the open segment of a key that has gone quiet. */
  public Step end(KeyState<?> clock, String key, KeyWindows windows) {
    begin(r -> {});
    return new Step(scorer.end(clock, key, sink), windows.endSegment(false, rules));
  }

  private void begin(Consumer<Rejection> rejections) {
    recorder.clear();
    ends.clear();
    rejected = rejections;
  }

  private SamplePiece piece(SampleRecorder.Run run, long anchor, long since, int from, int to) {
    int channels = recorder.info().inputChannels();
    float[] samples = recorder.samples(from, to);
    return new SamplePiece(run.sampleRateHz(), anchor, since, channels, samples);
  }

  private KeyWindows append(KeyWindows to, SamplePiece piece, long segmentStart, Log log) {
    log.append(to.logEnd(), piece);
    return to.append(piece, segmentStart, rules);
  }
}
