package io.flinkssm.jobs.demo;

import io.flinkssm.stream.Score;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What the demo measured.
 *
 * @param clips what was played
 * @param scores all scores of each key, in order
 * @param latencyMicros microseconds from producer to score
 * @param seconds wall time from the first frame to the last score
 * @param release the version that took over while it played
 * @param rescored what the rescoring job made of it
 * @param ecg what the detection job said of the heart
 */
public record DemoResult(
    List<Clip> clips,
    Map<String, List<Score>> scores,
    Histogram latencyMicros,
    double seconds,
    LiveRelease release,
    Rescored rescored,
    EcgResult ecg) {

  /** Last score of a clip. */
  Score last(Clip clip) {
    List<Score> all = scores.get(clip.key());
    return all.get(all.size() - 1);
  }

  /** Whether a clip's last label is what is said. */
  boolean correct(Clip clip) {
    return last(clip).label().equals(clip.label());
  }

  /** Samples over all clips. */
  long samples() {
    return clips.stream().mapToLong(Clip::samples).sum();
  }

  /** Frames over all clips. */
  long frames() {
    return clips.stream().mapToLong(clip -> clip.frames().size()).sum();
  }

  /** Latency at a percentile in milliseconds. */
  double latencyMillis(double percentile) {
    return latencyMicros.getValueAtPercentile(percentile) / 1000.0;
  }
}
