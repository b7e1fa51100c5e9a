package io.flinkssm.benchmarks.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the time of some threads goes, by sampling their stacks with the JVM's Flight Recorder.
 *
 * <p>Java methods and native ones are sampled apart, and native ones only where they run without
 * waiting as far as that can be told from outside: take their share as an estimate.
 */
public final class Profile {
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final List<String> EVENTS =
      List.of("jdk.ExecutionSample", "jdk.NativeMethodSample");

  private final Map<String, Integer> top = new TreeMap<>();
  private int samples;

  private Profile() {}

  /** Something that takes time. */
  public interface Work {
    void run() throws Exception;
  }

  /** Profiles the threads whose names pass, while some work is done. */
  public static Profile of(Predicate<String> threads, Work work) throws Exception {
    Path file = Files.createTempFile("flink-ssm-profile-", ".jfr");
    try (Recording recording = new Recording()) {
      EVENTS.forEach(event -> recording.enable(event).withPeriod(PERIOD));
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
      Profile profile = new Profile();
      profile.read(file, threads);
      return profile;
    } finally {
      Files.delete(file);
    }
  }

  private void read(Path file, Predicate<String> threads) throws IOException {
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        RecordedThread thread =
            EVENTS.contains(name(event)) ? event.getThread("sampledThread") : null;
        if (thread != null && thread.getJavaName() != null && threads.test(thread.getJavaName())) {
          add(event.getStackTrace());
        }
      }
    }
  }

  private static String name(RecordedEvent event) {
    return event.getEventType().getName();
  }

  private void add(RecordedStackTrace stack) {
    if (stack == null || stack.getFrames().isEmpty()) {
      return;
    }
    RecordedFrame frame = stack.getFrames().get(0);
    String method = frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    top.merge(method, 1, Integer::sum);
    samples++;
  }

  /** Samples taken. */
  public int samples() {
    return samples;
  }

  /** The methods that were on top of the stack most often, with their share of all samples. */
  public Map<String, Double> top(int methods) {
    Map<String, Double> shares = new LinkedHashMap<>();
    top.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(methods)
        .forEach(e -> shares.put(e.getKey(), (double) e.getValue() / samples));
    return shares;
  }
}
