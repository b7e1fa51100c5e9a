package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.io.TemporaryFolder;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Score;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Plays many keys of spoken digits through Kafka and the scoring job, and measures what comes back.
 *
 * <p>catalogue → {@link Player} → Kafka → scoring job → Kafka → {@link Collector} → {@link
 * DemoResult}
 *
 * <p>Half way through the signal a second version of the model takes over, released to the running
 * job. At the end the rescoring job goes over all that was played.
 */
public final class Demo {

  /** The warm-up is not measured, so it need not wait for microphones. */
  private static final double WARM_UP_SPEED = 20;

  private final Path modelDirectory;
  private final Path samples;
  private final int keys;
  private final double speed;
  private final boolean exactlyOnce;

  /**
   * A demo.
   *
   * @param samples folder of {@code 0.wav} … {@code 9.wav}
   * @param keys how many keys play, at least 1
   * @param speed multiple of real time
   */
  public Demo(Path modelDirectory, Path samples, int keys, double speed, boolean exactlyOnce) {
    this.modelDirectory = modelDirectory;
    this.samples = samples;
    this.keys = keys;
    this.speed = speed;
    this.exactlyOnce = exactlyOnce;
  }

  /** Where the demo has come to. */
  public interface Listener {
    /** A step has begun. */
    void step(String what);

    /** The step goes on. */
    void progress(String line);
  }

  /** Runs it: start, warm up, play, compare. */
  public DemoResult run(Listener listener) throws Exception {
    SequenceModel model = ModelDirectory.read(modelDirectory);
    ClipCatalogue catalogue = ClipCatalogue.read(samples, model.info().labels());
    List<Clip> clips = catalogue.clips(keys);
    listener.step("starting a Kafka broker and a Flink cluster in this process");
    SentFrames sent = new SentFrames();
    try (TemporaryFolder models = TemporaryFolder.create("flink-ssm-models-");
        DemoStack stack = DemoStack.start(modelDirectory, exactlyOnce);
        Player player = new Player(stack.bootstrapServers(), DemoStack.FRAMES, sent);
        Collector collector = new Collector(stack.bootstrapServers(), DemoStack.SCORES, sent)) {
      LiveRelease release = LiveRelease.halfWay(model.info(), clips);
      listener.step("releasing version " + release.to() + " of the model, to take over half way");
      Path second = models.path().resolve("second");
      SecondVersion.write(modelDirectory, second, release.to());
      stack.publish(second, models.path().resolve("released"), release.atMicros());
      listener.step("warming up: one clip at each sampling rate");
      List<Clip> warmUp = catalogue.warmUp();
      player.play(warmUp, WARM_UP_SPEED, frames -> {});
      collector.awaitEndOf(keysOf(warmUp), stack::checkRunning, finished -> {});
      collector.forget();
      listener.step(playing(clips));
      double seconds = measure(clips, player, collector, stack, listener);
      listener.step("rescoring everything in batch, by Fourier transforms");
      Map<String, List<Score>> scores = new TreeMap<>(collector.scores());
      Rescored rescored = new Rescored(keysOf(clips));
      stack.rescore(modelDirectory).forEach(rescored::add);
      return new DemoResult(
          clips, scores, collector.latencyMicros().copy(), seconds, release, rescored);
    }
  }

  private double measure(
      List<Clip> clips, Player player, Collector collector, DemoStack stack, Listener listener)
      throws Exception {
    int frames = clips.stream().mapToInt(c -> c.frames().size()).sum();
    AtomicInteger sentFrames = new AtomicInteger();
    long start = System.nanoTime();
    CompletableFuture<Void> playing =
        CompletableFuture.runAsync(() -> player.play(clips, speed, sentFrames::set));
    collector.awaitEndOf(
        keysOf(clips),
        () -> {
          if (playing.isCompletedExceptionally()) {
            playing.join();
          }
          stack.checkRunning();
        },
        finished ->
            listener.progress(
                String.format(
                    Locale.ROOT,
                    "%d of %d frames sent, %d of %d keys finished",
                    sentFrames.get(),
                    frames,
                    finished,
                    clips.size())));
    playing.get();
    return (collector.lastScoreNanos() - start) / 1e9;
  }

  private String playing(List<Clip> clips) {
    long rates = clips.stream().map(Clip::rates).distinct().count();
    long gains = clips.stream().map(Clip::gainDecibels).distinct().count();
    Clip last = clips.get(clips.size() - 1);
    double signalSeconds =
        (last.startMicros() - clips.get(0).startMicros()) / 1e6
            + last.parts().stream().mapToDouble(p -> p.seconds()).sum();
    return String.format(
        Locale.ROOT,
        "playing %d keys (ten digits, %d sampling rates, %d gains), %.0f s at %sx real time",
        clips.size(),
        rates,
        gains,
        signalSeconds,
        speed == Math.rint(speed) ? Long.toString((long) speed) : Double.toString(speed));
  }

  private static Set<String> keysOf(List<Clip> clips) {
    return clips.stream().map(Clip::key).collect(Collectors.toSet());
  }
}
