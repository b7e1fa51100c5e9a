package io.flinkssm.jobs.verify;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;

/** Largest differences between a model's two views and the reference's outputs. */
public final class Verification {

  /** An odd length, so that the last block of most sequences is a short one. */
  private static final int BLOCK = 161;

  private Verification() {}

  /**
   * {@code max |advance − expected|}, sequence after sequence from a reset state, in blocks.
   *
   * @param progress called after each sequence
   */
  public static <A> double advance(
      SequenceModel model, GoldenCase golden, Kernels<A> kernels, Runnable progress) {
    DiscreteModel<A> discrete = model.discretize(golden.sampleRateHz(), golden.method(), kernels);
    DiscreteModel.Workspace<A> workspace = discrete.newWorkspace(BLOCK);
    int channels = model.info().inputChannels();
    A state = kernels.allocate(discrete.stateLength());
    A block = kernels.allocate(BLOCK * channels);
    A output = kernels.allocate(model.info().outputSize());
    double worst = 0;
    for (int i = 0; i < golden.inputs().size(); i++) {
      double[] input = golden.inputs().get(i);
      int samples = input.length / channels;
      discrete.reset(state);
      for (int from = 0; from < samples; from += BLOCK) {
        int count = Math.min(BLOCK, samples - from);
        kernels.fromDouble(input, from * channels, block, 0, count * channels);
        discrete.advance(state, block, count, output, 1, workspace);
      }
      worst = worse(worst, kernels, output, golden.expected().get(i));
      progress.run();
    }
    return worst;
  }

  /**
   * {@code max |convolve − expected|}, each sequence at once, by Fourier transforms.
   *
   * @param progress called after each sequence
   */
  public static <A> double convolve(
      SequenceModel model, GoldenCase golden, Kernels<A> kernels, Runnable progress) {
    DiscreteModel<A> discrete = model.discretize(golden.sampleRateHz(), golden.method(), kernels);
    int channels = model.info().inputChannels();
    A output = kernels.allocate(model.info().outputSize());
    double worst = 0;
    for (int i = 0; i < golden.inputs().size(); i++) {
      double[] input = golden.inputs().get(i);
      A converted = kernels.allocate(input.length);
      kernels.fromDouble(input, 0, converted, 0, input.length);
      discrete.convolve(null, converted, input.length / channels, output, 1, ConvolutionMethod.FFT);
      worst = worse(worst, kernels, output, golden.expected().get(i));
      progress.run();
    }
    return worst;
  }

  /** NaN counts as the worst of all: a comparison with a tolerance must not let it pass. */
  private static <A> double worse(double worst, Kernels<A> kernels, A output, double[] expected) {
    double result = worst;
    for (int j = 0; j < expected.length; j++) {
      double error = Math.abs(kernels.get(output, j) - expected[j]);
      result = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(result, error);
    }
    return result;
  }
}
