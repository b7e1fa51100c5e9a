package io.flinkssm.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.stream.Frame;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  @Test
  void framesOfAKeyAreContiguousAndFoundAgainByTheirPosition() {
    Workload workload = Workload.audio(7);

    for (long index = 0; index < 40; index++) {
      Frame frame = workload.frame(index);
      Frame next = workload.frame(index + 7);
      assertThat(next.key()).isEqualTo(frame.key());
      assertThat(next.startMicros() - frame.startMicros()).isEqualTo(20_000);
      long position = (index / 7 + 1) * 320;
      assertThat(workload.index(frame.key(), position)).isEqualTo(index);
    }
  }

  @Test
  void quartilesLieAroundTheMedian() {
    Rounds rounds = new Rounds();
    for (double figure : new double[] {5, 1, 4, 2, 3}) {
      rounds.add(figure);
    }

    assertThat(rounds.low()).isEqualTo(2);
    assertThat(rounds.median()).isEqualTo(3);
    assertThat(rounds.high()).isEqualTo(4);
  }

  @Test
  void threadsAreCountedByWhatTheyDo() {
    assertThat(ThreadTimes.kind("C2 CompilerThre")).isEqualTo(ThreadTimes.COMPILER);
    assertThat(ThreadTimes.kind("C1 CompilerThre")).isEqualTo(ThreadTimes.COMPILER);
    assertThat(ThreadTimes.kind("data-plane-kafk")).isEqualTo(ThreadTimes.BROKER);
    assertThat(ThreadTimes.kind("rocksdb:low0")).isEqualTo("rocksdb:low");
    assertThat(ThreadTimes.kind("GC Thread#1")).isEqualTo("GC Thread");
    assertThat(ThreadTimes.kind("ssm-scoring ->")).isEqualTo("ssm-scoring ->");
    assertThat(ThreadTimes.kind("kafka-producer-")).isEqualTo("kafka-producer-");
  }
}
