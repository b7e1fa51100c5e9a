package io.flinkssm.benchmarks.bench;

import com.sun.management.ThreadMXBean;
import io.flinkssm.benchmarks.Layers;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.ScoringConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Bytes that the operator's core allocates for a frame; the frame itself is not its own. */
final class AllocationSection implements Section {
  private static final Layers.Shape SHAPE = new Layers.Shape(64, 32, 2);
  private static final int FRAMES = 1_000;

  @Override
  public String name() {
    return "allocation";
  }

  @Override
  public String title() {
    return "Bytes allocated per frame after warm-up, in the operator's core (H=64, N=64, two layers)";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.brief(bench);
    for (Layers.Kind kind : Layers.Kind.values()) {
      Frames silent = new Frames(kind.network(SHAPE).model(), ScoringConfig.Emit.SEGMENT_END);
      for (int samples : new int[] {1, 160}) {
        bench.row(
            Row.single(
                name(),
                kind + " model, frames of " + samples,
                "",
                Target.atMost(0, "bytes"),
                bytesPerFrame(paired, silent, samples),
                "bytes",
                "no score is due"));
      }
    }
    Frames speaking = new Frames(Layers.Kind.S4D.network(SHAPE).model(), ScoringConfig.Emit.FRAME);
    bench.row(
        Row.single(
            name(),
            "S4D model, a score for every frame",
            "",
            null,
            bytesPerFrame(paired, speaking, 1),
            "bytes",
            "the score that leaves, with its arrays"));
  }

  private static double bytesPerFrame(Paired paired, Frames frames, int samples)
      throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    Frames.Key key = frames.new Key("k");
    float[] values = Frames.samples(samples);
    paired.time(Paired.Work.of(() -> key.scoreNext(values)));
    long bytes = 0;
    for (int i = 0; i < FRAMES; i++) {
      Frame frame = key.next(values, Layers.RATE_HZ);
      long before = threads.getThreadAllocatedBytes(thread);
      key.score(frame);
      long after = threads.getThreadAllocatedBytes(thread);
      bytes += after - before;
    }
    return (double) bytes / FRAMES;
  }
}
