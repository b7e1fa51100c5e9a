package io.flinkssm.benchmarks.pipeline;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Frame;

/**
 * Frames that can be made again at any time: in each round, one frame of every key. A key's frames
 * are contiguous.
 *
 * @param keys number of keys, ≥ 1
 * @param samples samples in a frame, ≥ 1
 * @param rateHz sampling rate
 */
public record Workload(int keys, int samples, double rateHz) {
  /** Width of the model that all workloads are scored with. */
  static final int CHANNELS = 64;

  /** State space layers of that model. */
  static final int LAYERS = 2;

  private static final long START_MICROS = 1_700_000_000_000_000L;

  /** One noise for all, read from a different place in each frame. */
  private static final float[] NOISE = noise();

  /** 20 ms of audio at 16 kHz a frame. */
  static Workload audio(int keys) {
    return new Workload(keys, 320, 16000);
  }

  /** One sample a frame, at the lowest rate that the model is declared for. */
  static Workload sensors(int keys) {
    return new Workload(keys, 1, 2000);
  }

  /** The model of the pipeline's rows: S4D, H = 64, N = 64, two layers. */
  static SequenceModel model() {
    return Layers.Kind.S4D.network(new Layers.Shape(CHANNELS, 32, LAYERS)).model();
  }

  /** The frame at an index: its key is the index modulo the keys, its round the quotient. */
  Frame frame(long index) {
    int key = (int) (index % keys);
    long round = index / keys;
    float[] values = new float[samples];
    System.arraycopy(NOISE, (int) (index * 31 % (NOISE.length - samples)), values, 0, samples);
    long start = START_MICROS + Math.round(round * samples * 1e6 / rateHz);
    return new Frame("k" + key, start, rateHz, 1, values, false, Frame.Origin.UNKNOWN);
  }

  /** The index of the frame that ends at a position of a key's segment. */
  long index(String key, long position) {
    return (position / samples - 1) * keys + Integer.parseInt(key.substring(1));
  }

  private static float[] noise() {
    double[] noise = Layers.noise(1 << 16, 6);
    float[] floats = new float[noise.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) noise[i];
    }
    return floats;
  }
}
