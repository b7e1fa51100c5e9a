package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

/**
 * Stored figures of the official PyTorch code: another run on another machine, quoted as such.
 *
 * @param what how they were measured
 * @param stepsPerSecond samples per second of CPU time, stepping one sequence; one value a run
 * @param cachedWindowSeconds CPU seconds for a window of 16000 samples, kernels cached
 * @param kernelSeconds CPU seconds for the kernels of four layers and 16000 taps
 */
record PyTorch(
    String what,
    Map<String, double[]> stepsPerSecond,
    Map<String, double[]> cachedWindowSeconds,
    Map<String, double[]> kernelSeconds) {

  static final String BESIDE = "stored: PyTorch, another run, another machine";
  private static final int WINDOW = 16000;

  static PyTorch read() throws IOException {
    try (InputStream in = PyTorch.class.getResourceAsStream("pytorch.json")) {
      return Message.JSON.readValue(in, PyTorch.class);
    }
  }

  /** Samples per second of its faster run. */
  double stepping(Layers.Kind kind, int channels) {
    return Arrays.stream(stepsPerSecond.get(key(kind, channels))).max().orElseThrow();
  }

  /** Samples per second of its faster run. */
  double convolving(Layers.Kind kind, int channels) {
    return WINDOW / Arrays.stream(cachedWindowSeconds.get(key(kind, channels))).min().orElseThrow();
  }

  /** Seconds of its faster run. */
  double makingKernels(Layers.Kind kind, int channels) {
    return Arrays.stream(kernelSeconds.get(key(kind, channels))).min().orElseThrow();
  }

  private static String key(Layers.Kind kind, int channels) {
    return kind + ", H=" + channels;
  }
}
