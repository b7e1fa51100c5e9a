package io.flinkssm.simd.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CacheLinesTest {

  /** Elements of a Java array begin 16 bytes behind its start: 12 floats before a line. */
  private static final int HEADER = 4;

  @Test
  void slicesOfASlabBeginAtLinesAndDoNotOverlap() {
    CacheLines lines = new CacheLines(1024 - HEADER);
    Random random = new Random(1);
    for (int k = 1; k <= 500; k++) {
      int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 3000 : 200);
      CacheLines.Slice slice = lines.slice(length);
      assertThat((slice.offset() + HEADER) % 16).isZero();
      for (int i = 0; i < length; i++) {
        assertThat(slice.array()[slice.offset() + i]).isZero();
        slice.array()[slice.offset() + i] = k;
      }
    }
  }

  @Test
  void slicesArePlainArraysWhereNoArrayBeginsAtALine() {
    CacheLines.Slice slice = new CacheLines(0).slice(7);
    assertThat(slice.array()).hasSize(7);
    assertThat(slice.offset()).isZero();
  }
}
