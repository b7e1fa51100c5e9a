package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.stream.Score;
import java.util.HashMap;
import java.util.Map;

/**
 * The convolutional view of what was streamed: each whole clip at once, by Fourier transforms, so
 * that the recurrence is not compared with itself.
 */
final class Rescore {

  private final SequenceModel model;
  private final Map<Double, DiscreteModel<float[]>> byRate = new HashMap<>();

  Rescore(SequenceModel model) {
    this.model = model;
  }

  /**
   * Largest absolute difference of the final logits of a clip of one rate to its streamed score.
   */
  double difference(Clip clip, Score streamed) {
    Signal signal = clip.parts().get(0);
    DiscreteModel<float[]> discrete =
        byRate.computeIfAbsent(
            signal.sampleRateHz(), hz -> model.discretize(hz, Kernels.float32()));
    float[] output = new float[model.info().outputSize()];
    discrete.convolve(
        null, signal.samples().clone(), signal.length(), output, 1, ConvolutionMethod.FFT);
    double largest = 0;
    for (int i = 0; i < output.length; i++) {
      largest = Math.max(largest, Math.abs(output[i] - streamed.outputs()[i]));
    }
    return largest;
  }
}
