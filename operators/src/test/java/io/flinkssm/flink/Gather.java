package io.flinkssm.flink;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import java.io.Serializable;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Gathers what a small cluster emits in this JVM. */
record Gather<T>(boolean ofScores) implements Sink<T>, Serializable {
  static final Queue<Score> SCORES = new ConcurrentLinkedQueue<>();
  static final Queue<Rejection> REJECTED = new ConcurrentLinkedQueue<>();

  /** Sends both outputs here, and forgets what was here. */
  static void all(ScoredStreams scored) {
    SCORES.clear();
    REJECTED.clear();
    scored.scores().sinkTo(new Gather<>(true));
    scored.rejected().sinkTo(new Gather<>(false));
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new SinkWriter<>() {
      @Override
      public void write(T element, Context c) {
        if (ofScores) {
          SCORES.add((Score) element);
        } else {
          REJECTED.add((Rejection) element);
        }
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }
}
