package io.flinkssm.jobs.demo;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Frames played into one topic while their scores are collected from another. */
final class Lane implements AutoCloseable {

  /** The warm-up is not measured, so it need not wait for microphones. */
  private static final double WARM_UP_SPEED = 20;

  private final DemoStack stack;
  private final Player player;
  private final Collector collector;

  Lane(DemoStack stack, String framesTopic, String scoresTopic) {
    this.stack = stack;
    SentFrames sent = new SentFrames();
    player = new Player(stack.bootstrapServers(), framesTopic, sent);
    collector = new Collector(stack.bootstrapServers(), scoresTopic, sent);
  }

  /** Plays frames before anything is measured, and forgets their scores. */
  void warmUp(List<Frame> frames) throws Exception {
    play(frames, WARM_UP_SPEED, (sent, finished) -> {});
    collector.forget();
  }

  /**
   * Plays frames, and returns when all their keys have their last score.
   *
   * @param speed multiple of real time
   * @param progress told the number of frames sent and of keys finished so far
   * @return seconds from the first frame to the last score
   */
  double play(List<Frame> frames, double speed, BiConsumer<Integer, Integer> progress)
      throws Exception {
    AtomicInteger sent = new AtomicInteger();
    long start = System.nanoTime();
    FutureTask<Void> playing =
        inBackground(Executors.callable(() -> player.play(frames, speed, sent::set), (Void) null));
    collector.awaitEndOf(
        keysOf(frames),
        () -> checkRunning(playing),
        finished -> progress.accept(sent.get(), finished));
    playing.get();
    return (collector.lastScoreNanos() - start) / 1e9;
  }

  private void checkRunning(FutureTask<Void> playing) throws Exception {
    if (playing.isDone()) {
      playing.get();
    }
    stack.checkRunning();
  }

  /** Starts something that does not keep the JVM alive. */
  static <T> FutureTask<T> inBackground(Callable<T> what) {
    FutureTask<T> task = new FutureTask<>(what);
    Thread thread = new Thread(task, "ssm-demo");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static Set<String> keysOf(List<Frame> frames) {
    return frames.stream().map(Frame::key).collect(Collectors.toSet());
  }

  /** All scores of each key, in order. */
  Map<String, List<Score>> scores() {
    return collector.scores();
  }

  /** Microseconds from handing a frame to the producer to reading the score of its last sample. */
  Histogram latencyMicros() {
    return collector.latencyMicros();
  }

  @Override
  public void close() {
    collector.close();
    player.close();
  }
}
