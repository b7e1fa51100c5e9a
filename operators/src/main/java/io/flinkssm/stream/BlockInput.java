package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.simd.Kernels;

/** Turns frames, broken frames and gaps into rows of samples. */
final class BlockInput<A> {
  private final Kernels<A> kernels;
  private final int channels;
  private final boolean holdsNonFinite;
  private final boolean holdsGaps;

  /** Values of one piece that are not in a frame as they are. */
  private final float[] made;

  private float[] last;
  private int lastOffset;

  BlockInput(ModelInfo info, Kernels<A> kernels, ScoringConfig config) {
    this.kernels = kernels;
    channels = info.inputChannels();
    holdsNonFinite = config.nonFinite() == ScoringConfig.NonFinitePolicy.HOLD;
    holdsGaps = config.gapPolicy() == ScoringConfig.GapPolicy.HOLD;
    made = new float[Scorer.BLOCK * channels];
  }

  /**
   * The next samples of a frame, every non-finite value replaced by the policy.
   *
   * @param before the last finite value of each channel; that of the last of them afterwards
   * @param broken whether there may be any non-finite value
   */
  void frame(
      Frame frame, int first, int count, boolean broken, float[] before, A input, int firstRow) {
    float[] values = frame.samples();
    int offset = first * channels;
    int length = count * channels;
    if (broken) {
      for (int i = 0; i < length; i++) {
        float value = values[offset + i];
        float held = i >= channels ? made[i - channels] : before[i];
        made[i] = Float.isFinite(value) ? value : holdsNonFinite ? held : 0;
      }
      values = made;
      offset = 0;
    }
    kernels.fromFloat(values, offset, input, firstRow * channels, length);
    System.arraycopy(values, offset + length - channels, before, 0, channels);
    last = values;
    lastOffset = offset;
  }

  /** Samples that fill a gap by the policy. */
  void gap(int count, float[] before, A input, int firstRow) {
    for (int i = 0; i < count * channels; i++) {
      made[i] = holdsGaps ? before[i % channels] : 0;
    }
    kernels.fromFloat(made, 0, input, firstRow * channels, count * channels);
    last = made;
    lastOffset = 0;
  }

  /** The values given last, from {@link #lastOffset} on; valid until the next ones. */
  float[] last() {
    return last;
  }

  int lastOffset() {
    return lastOffset;
  }
}
