package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.io.TemporaryFolder;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Frame;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/**
 * Plays many keys of spoken digits through Kafka and the scoring job, and measures what comes back.
 *
 * <p>catalogue → {@link Player} → Kafka → scoring job → Kafka → {@link Collector} → {@link
 * DemoResult}
 *
 * <p>Beside them it plays the recording of a heart, which the detection job watches without having
 * been trained on anything.
 *
 * <p>Half way through the signal a second version of the model takes over, released to the running
 * job. At the end the rescoring job goes over all that was played.
 */
public final class Demo {

  private static final double WARM_UP_HEART_SECONDS = 5;

  private final Path modelDirectory;
  private final Path samples;
  private final Path ecgFolder;
  private final int keys;
  private final double speed;
  private final boolean exactlyOnce;

  /**
   * A demo.
   *
   * @param samples folder of {@code 0.wav} … {@code 9.wav}
   * @param ecgFolder folder of {@code 208.wav} and {@code beats.csv}
   * @param keys how many keys play, at least 1
   * @param speed multiple of real time
   */
  public Demo(
      Path modelDirectory,
      Path samples,
      Path ecgFolder,
      int keys,
      double speed,
      boolean exactlyOnce) {
    this.modelDirectory = modelDirectory;
    this.samples = samples;
    this.ecgFolder = ecgFolder;
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
    Ecg ecg = Ecg.read(ecgFolder);
    listener.step("starting a Kafka broker and a Flink cluster in this process");
    try (TemporaryFolder models = TemporaryFolder.create("flink-ssm-models-");
        DemoStack stack = DemoStack.start(modelDirectory, exactlyOnce);
        Lane digits = new Lane(stack, DemoStack.FRAMES, DemoStack.SCORES);
        Lane heart = new Lane(stack, DemoStack.ECG_FRAMES, DemoStack.ECG_SCORES)) {
      LiveRelease release = LiveRelease.halfWay(model.info(), clips);
      listener.step("releasing version " + release.to() + " of the model, to take over half way");
      Path second = models.path().resolve("second");
      SecondVersion.write(modelDirectory, second, release.to());
      stack.publish(second, models.path().resolve("released"), release.atMicros());
      listener.step("warming up: one clip at each sampling rate, and a few heartbeats");
      digits.warmUp(framesOf(catalogue.warmUp()));
      heart.warmUp(ecg.beginning(WARM_UP_HEART_SECONDS, "warm-up").frames());
      listener.step(playing(clips));
      double ecgSpeed = speed * EcgResult.SPEED_UP;
      FutureTask<Double> heartPlays =
          Lane.inBackground(() -> heart.play(ecg.frames(), ecgSpeed, (sent, finished) -> {}));
      double seconds = play(clips, digits, listener);
      heartPlays.get();
      listener.step("rescoring all words in batch, by Fourier transforms");
      Rescored rescored = new Rescored(keysOf(clips));
      stack.rescore(modelDirectory).forEach(rescored::add);
      return new DemoResult(
          clips,
          new TreeMap<>(digits.scores()),
          digits.latencyMicros().copy(),
          seconds,
          release,
          rescored,
          new EcgResult(
              ecg, heart.scores().get(ecg.key()), heart.latencyMicros().copy(), ecgSpeed));
    }
  }

  private double play(List<Clip> clips, Lane digits, Listener listener) throws Exception {
    List<Frame> frames = framesOf(clips);
    return digits.play(
        frames,
        speed,
        (sent, finished) ->
            listener.progress(
                String.format(
                    Locale.ROOT,
                    "%d of %d frames sent, %d of %d keys finished",
                    sent,
                    frames.size(),
                    finished,
                    clips.size())));
  }

  private static List<Frame> framesOf(List<Clip> clips) {
    return clips.stream().flatMap(clip -> clip.frames().stream()).toList();
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
