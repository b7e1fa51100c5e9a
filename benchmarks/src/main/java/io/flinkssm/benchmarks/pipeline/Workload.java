package io.flinkssm.benchmarks.pipeline;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Frame;
import java.util.function.BiFunction;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Frames that can be made again at any time, and the model that scores them. In each round every
 * key has one frame; a key's frames are contiguous.
 *
 * @param keys number of keys, ≥ 1
 * @param samples samples in a frame, ≥ 1
 * @param rateHz sampling rate
 * @param kind recurrence of the model
 * @param shape its size
 */
public record Workload(int keys, int samples, double rateHz, Layers.Kind kind, Layers.Shape shape) {
  /** H = 64, N = 64, two layers: the model of the pipeline's targets. */
  public static final Layers.Shape TWO_LAYERS = new Layers.Shape(64, 32, 2);

  private static final long START_MICROS = 1_700_000_000_000_000L;

  /** One noise for all, read from a different place in each frame. */
  private static final float[] NOISE = noise();

  /** 20 ms of audio at 16 kHz a frame; S4D, H = 64, N = 64, two layers. */
  public static Workload audio(int keys) {
    return new Workload(keys, 320, 16000, Layers.Kind.S4D, TWO_LAYERS);
  }

  /** One sample a frame, at the lowest rate that the same model is declared for. */
  public static Workload sensors(int keys) {
    return new Workload(keys, 1, 2000, Layers.Kind.S4D, TWO_LAYERS);
  }

  /** The same frames for another model. */
  public Workload with(Layers.Kind otherKind, Layers.Shape otherShape) {
    return new Workload(keys, samples, rateHz, otherKind, otherShape);
  }

  SequenceModel model() {
    return kind.network(shape).model();
  }

  /** Scoring with the model. */
  public BiFunction<DataStream<Frame>, ReadableConfig, ScoredStreams> scoring() {
    Layers.Kind modelKind = kind;
    int channels = shape.channels();
    int modes = shape.modes();
    int layers = shape.layers();
    // A shape cannot be serialized, its numbers can.
    return (frames, options) ->
        SsmScoring.score(
            frames,
            options,
            uri -> modelKind.network(new Layers.Shape(channels, modes, layers)).model());
  }

  /** The frame at an index: its key is the index modulo the keys, its round the quotient. */
  Frame frame(long index) {
    return frame(index, keys, samples, rateHz);
  }

  /** The same of a workload with whatever model. */
  static Frame frame(long index, int keys, int samples, double rateHz) {
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
