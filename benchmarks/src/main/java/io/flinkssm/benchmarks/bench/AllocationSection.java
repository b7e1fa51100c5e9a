package io.flinkssm.benchmarks.bench;

import com.sun.management.ThreadMXBean;
import io.flinkssm.benchmarks.Layers;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.ScoringConfig;
import java.lang.management.ManagementFactory;

/** Bytes that the operator's core allocates for a frame; the frame itself is not its own. */
final class AllocationSection implements Section {
  private static final Layers.Shape SHAPE = new Layers.Shape(64, 32, 2);
  private static final int WARM_UP = 20_000;
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
  public void run(Bench bench) {
    for (Layers.Kind kind : Layers.Kind.values()) {
      Frames silent = new Frames(kind.network(SHAPE).model(), ScoringConfig.Emit.SEGMENT_END);
      for (int samples : new int[] {1, 160}) {
        bench.row(
            Row.single(
                name(),
                kind + " model, frames of " + samples,
                "",
                Target.atMost(0, "bytes"),
                bytesPerFrame(silent, samples),
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
            bytesPerFrame(speaking, 1),
            "bytes",
            "the score that leaves, with its arrays"));
  }

  private static double bytesPerFrame(Frames frames, int samples) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    Frames.Key key = frames.new Key("k");
    float[] values = Frames.samples(samples);
    long bytes = 0;
    int warmUp = WARM_UP / samples + FRAMES;
    for (int i = 0; i < warmUp + FRAMES; i++) {
      Frame frame = key.next(values, Layers.RATE_HZ);
      long before = threads.getThreadAllocatedBytes(thread);
      key.score(frame);
      long after = threads.getThreadAllocatedBytes(thread);
      bytes += i < warmUp ? 0 : after - before;
    }
    return (double) bytes / FRAMES;
  }
}
