package io.flinkssm.simd.vector;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;

/**
 * The recurrence of {@link DiscreteSystem} in float32 on vector registers, for one output per
 * channel and rank 0 or 1.
 *
 * <p>Parameters are packed in the order in which they are read: per group of channels and mode, one
 * row of {@link DiscreteSystem#GROUP} floats for each of {@code Re a, −Im a, Re b, Im b, (Re p, Im
 * p, Re q, −Im q,) Re c, −Im c}; a last, narrower group is padded with zeros. Each sample goes
 * through the same operations in the same order in {@link DiagonalGroup#step} and {@link
 * DiagonalGroup#block}, so that splitting a stream changes no bit.
 */
final class VectorFloatScan implements Kernels.Scan<float[]> {
  private static final int GROUP = DiscreteSystem.GROUP;

  /** Rows gathered at once: input and output of a group then fit the first-level cache. */
  private static final int CHUNK = 64;

  private final DiscreteSystem system;
  private final int modeLength;
  private final float[] parameters;
  private final int first;
  private final float[] d;
  private final float[] e;

  VectorFloatScan(DiscreteSystem system) {
    if (!supports(system)) {
      throw new IllegalArgumentException(
          "rank %d and %d heads, expected rank 0 or 1 and one head"
              .formatted(system.rank(), system.heads()));
    }
    this.system = system;
    int padded = system.groups() * GROUP;
    this.modeLength = (system.rank() == 0 ? DiagonalGroup.ROWS : LowRankGroup.ROWS) * GROUP;
    CacheLines.Slice slice = CacheLines.allocate(system.groups() * system.modes() * modeLength);
    this.parameters = slice.array();
    this.first = slice.offset();
    int row = 0;
    row = pack(row, system.aRe(), 1);
    row = pack(row, system.aIm(), -1);
    row = pack(row, system.bRe(), 1);
    row = pack(row, system.bIm(), 1);
    if (system.rank() == 1) {
      row = pack(row, system.pRe(), 1);
      row = pack(row, system.pIm(), 1);
      row = pack(row, system.qRe(), 1);
      row = pack(row, system.qIm(), -1);
    }
    row = pack(row, system.cRe(), 1);
    pack(row, system.cIm(), -1);
    this.d = new float[padded];
    this.e = new float[padded];
    for (int h = 0; h < system.channels(); h++) {
      d[h] = (float) system.d()[h];
      e[h] = system.rank() == 0 ? 0 : (float) system.e()[h];
    }
  }

  /** Whether this provider has a vector form of the system. */
  static boolean supports(DiscreteSystem system) {
    return system.heads() == 1 && system.rank() <= 1;
  }

  private int pack(int row, double[] plane, int sign) {
    int channels = system.channels();
    for (int h = 0; h < channels; h++) {
      for (int n = 0; n < system.modes(); n++) {
        int mode = first + (h / GROUP * system.modes() + n) * modeLength;
        parameters[mode + row * GROUP + h % GROUP] = (float) (sign * plane[n * channels + h]);
      }
    }
    return row + 1;
  }

  @Override
  public DiscreteSystem system() {
    return system;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Scratch(system.modes());
  }

  @Override
  public void advance(
      Runs<float[]> runs, int stateOffset, float[] u, float[] y, Kernels.Scratch scratch) {
    Scratch s = (Scratch) scratch;
    for (int g = 0; g < system.groups(); g++) {
      int planes = stateOffset + system.planes(g);
      int width = system.width(g);
      for (int k = 0; k < runs.count(); k++) {
        int from = runs.start(k);
        int count = runs.end(k) - from;
        if (count == 1 && width == GROUP) {
          int at = from * system.channels() + g * GROUP;
          step(g, runs.state(k), planes, u, at, y, at);
        } else {
          s.load(runs.state(k), planes, width);
          chunks(g, u, y, from, count, s);
          s.store(runs.state(k), planes, width);
        }
      }
    }
  }

  private void step(int g, float[] state, int planes, float[] u, int uAt, float[] y, int yAt) {
    int modes = system.modes();
    int steps = system.steps();
    int p = first + g * modes * modeLength;
    for (int lane = 0; lane < GROUP; lane += Lanes.LANES) {
      int re = planes + lane;
      int h = g * GROUP + lane;
      if (system.rank() == 0) {
        DiagonalGroup.step(
            parameters, p + lane, modes, state, re, d, h, u, uAt + lane, y, yAt + lane);
      } else {
        LowRankGroup.block(
            parameters,
            p + lane,
            modes,
            state,
            re,
            d,
            e,
            h,
            u,
            uAt + lane,
            y,
            yAt + lane,
            1,
            steps);
      }
    }
  }

  private void chunks(int g, float[] u, float[] y, int from, int count, Scratch s) {
    int channels = system.channels();
    int modes = system.modes();
    int width = system.width(g);
    int steps = system.steps();
    int p = first + g * modes * modeLength;
    float[] x = s.rows;
    for (int done = 0; done < count; done += CHUNK) {
      int rows = Math.min(CHUNK, count - done);
      int at = (from + done) * channels + g * GROUP;
      for (int t = 0; t < rows; t++) {
        System.arraycopy(u, at + t * channels, s.rows, s.u + t * GROUP, width);
      }
      for (int lane = 0; lane < GROUP; lane += Lanes.LANES) {
        int re = s.state + lane;
        int h = g * GROUP + lane;
        if (system.rank() == 0) {
          DiagonalGroup.block(
              parameters, p + lane, modes, x, re, d, h, x, s.u + lane, x, s.y + lane, rows);
        } else {
          LowRankGroup.block(
              parameters,
              p + lane,
              modes,
              x,
              re,
              d,
              e,
              h,
              x,
              s.u + lane,
              x,
              s.y + lane,
              rows,
              steps);
        }
      }
      for (int t = 0; t < rows; t++) {
        System.arraycopy(s.rows, s.y + t * GROUP, y, at + t * channels, width);
      }
    }
  }

  /** One group's input, output and state, in one array. */
  private static final class Scratch implements Kernels.Scratch {
    private final int modes;
    private final float[] rows;
    private final int u;
    private final int y;
    private final int state;

    Scratch(int modes) {
      CacheLines.Slice slice = CacheLines.allocate((2 * CHUNK + 2 * modes) * GROUP);
      this.modes = modes;
      this.rows = slice.array();
      this.u = slice.offset();
      this.y = u + CHUNK * GROUP;
      this.state = y + CHUNK * GROUP;
    }

    void load(float[] from, int planes, int width) {
      if (width == GROUP) {
        System.arraycopy(from, planes, rows, state, 2 * modes * GROUP);
        return;
      }
      for (int k = 0; k < 2 * modes; k++) {
        System.arraycopy(from, planes + k * width, rows, state + k * GROUP, width);
      }
    }

    void store(float[] to, int planes, int width) {
      if (width == GROUP) {
        System.arraycopy(rows, state, to, planes, 2 * modes * GROUP);
        return;
      }
      for (int k = 0; k < 2 * modes; k++) {
        System.arraycopy(rows, state + k * GROUP, to, planes + k * width, width);
      }
    }
  }
}
