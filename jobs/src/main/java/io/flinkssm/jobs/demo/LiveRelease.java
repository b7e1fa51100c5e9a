package io.flinkssm.jobs.demo;

import io.flinkssm.model.ModelInfo;
import java.util.List;

/**
 * The version that takes over while the demo plays.
 *
 * @param from the version before
 * @param to the version after
 * @param atMicros event time of the first sample that it scores
 */
record LiveRelease(String from, String to, long atMicros) {

  /** A release in the middle of the signal. */
  static LiveRelease halfWay(ModelInfo info, List<Clip> clips) {
    long start = clips.get(0).startMicros();
    long end = clips.stream().mapToLong(Clip::endMicros).max().orElseThrow();
    return new LiveRelease(info.version(), info.version() + ".1", start + (end - start) / 2);
  }

  /** The clips that sound at that time. */
  List<Clip> crossing(List<Clip> clips) {
    return clips.stream()
        .filter(clip -> clip.startMicros() < atMicros && atMicros < clip.endMicros())
        .toList();
  }
}
