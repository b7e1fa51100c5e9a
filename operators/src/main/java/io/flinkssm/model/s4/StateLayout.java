package io.flinkssm.model.s4;

import io.flinkssm.model.layers.Pooling;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the parts of a key's flat state lie: the systems in the order in which a sample meets them,
 * then the tail of the pooling.
 *
 * <pre>
 *   offset            length    meaning
 *   system(0)         2·M·H     modes of block 0, layout of {@link io.flinkssm.simd.DiscreteSystem}
 *   system(1)         2·M·H     block 0's second layer if the backbone is bidirectional, else block 1
 *   …
 *   pooling()         see {@link Pooling}
 * </pre>
 *
 * Systems that do not stream keep nothing. The order and the meaning of elements are part of the
 * stored format: they never change for a given {@code config.json} and weights.
 */
final class StateLayout {

  private final int[] systems;
  private final int pooling;
  private final int length;

  StateLayout(List<Block> blocks, Pooling pooling, int width) {
    List<Integer> offsets = new ArrayList<>();
    int next = 0;
    for (Block block : blocks) {
      for (S4Layer layer : block.layers()) {
        offsets.add(next);
        next += layer.system().streams() ? 2 * layer.system().modes() * layer.width() : 0;
      }
    }
    this.systems = offsets.stream().mapToInt(Integer::intValue).toArray();
    this.pooling = next;
    this.length = next + pooling.stateLength(width);
  }

  /** Offset of the k-th system. */
  int system(int k) {
    return systems[k];
  }

  /** Offset of the pooling's part; everything before it is modes. */
  int pooling() {
    return pooling;
  }

  /** Elements in all. */
  int length() {
    return length;
  }
}
