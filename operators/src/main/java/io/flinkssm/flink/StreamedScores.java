package io.flinkssm.flink;

import io.flinkssm.stream.Score;
import io.flinkssm.stream.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;

/**
 * The streaming scores of the current key that wait for their windows, by the time of their sample.
 * The final score of a segment takes the place of another one at its sample: both say the same.
 */
final class StreamedScores {
  private final MapState<Long, Score> scores;

  StreamedScores(MapState<Long, Score> scores) {
    this.scores = scores;
  }

  void add(Score score) throws Exception {
    scores.put(score.timeMicros(), score);
  }

  /** The scores of a window's samples, in order of position. */
  List<Score> of(Window window) throws Exception {
    List<Score> found = new ArrayList<>();
    for (Map.Entry<Long, Score> entry : scores.entries()) {
      // Only the key is read at first: on RocksDB the other scores stay bytes.
      if (entry.getKey() <= window.endMicros()) {
        Score score = entry.getValue();
        if (score.segmentStartMicros() == window.segmentStartMicros()
            && score.position() > window.position()
            && score.position() <= window.endPosition()) {
          found.add(score);
        }
      }
    }
    found.sort(Comparator.comparingLong(Score::position));
    return found;
  }

  /** Drops the scores of samples up to a time, which no further window has. */
  void forget(long micros) throws Exception {
    boolean left = false;
    Iterator<Long> times = scores.keys().iterator();
    while (times.hasNext()) {
      if (times.next() <= micros) {
        times.remove();
      } else {
        left = true;
      }
    }
    if (!left) {
      // On the heap an empty map would stay with the key.
      scores.clear();
    }
  }
}
