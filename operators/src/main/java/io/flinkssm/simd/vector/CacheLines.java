package io.flinkssm.simd.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Floats that begin at a cache line, where the garbage collector allows it. A 64-byte vector in a
 * Java array straddles two lines nearly always, and then costs two accesses: a loop that is bound
 * by loads takes up to twice as long.
 *
 * <p>Java cannot ask for an address, but G1, Flink's default, gives every array longer than half a
 * heap region regions of its own and never moves it; its elements begin 16 bytes behind the start
 * of a region. So slices are cut from arrays that fill one region. Under other collectors they are
 * plain arrays: as right, only slower. A slab is freed when none of its slices is in use.
 */
final class CacheLines {
  /** Floats of a line. */
  private static final int LINE = 16;

  /** Floats to the first line behind an array's header. */
  private static final int FIRST = 12;

  private static final CacheLines SHARED = new CacheLines(regionLength());

  private final int slabLength;
  private float[] slab = {};
  private int used;

  /** A range of an array. */
  record Slice(float[] array, int offset) {}

  /**
   * @param slabLength floats of an array that begins at a line but for its header; 0 if none does
   */
  CacheLines(int slabLength) {
    this.slabLength = slabLength;
  }

  /** A range of zeros that nobody else uses. */
  static Slice allocate(int length) {
    return SHARED.slice(length);
  }

  synchronized Slice slice(int length) {
    if (slabLength == 0) {
      return new Slice(new float[length], 0);
    }
    if (length > slabLength - FIRST) {
      return new Slice(new float[FIRST + length], FIRST);
    }
    if (used + length > slab.length) {
      slab = new float[slabLength];
      used = FIRST;
    }
    Slice slice = new Slice(slab, used);
    used += (length + LINE - 1) / LINE * LINE;
    return slice;
  }

  /** Floats that fill a region of G1's heap; 0 under another collector. */
  private static int regionLength() {
    HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (vm == null || !Boolean.parseBoolean(vm.getVMOption("UseG1GC").getValue())) {
      return 0;
    }
    return Integer.parseInt(vm.getVMOption("G1HeapRegionSize").getValue()) / Float.BYTES - 4;
  }
}
