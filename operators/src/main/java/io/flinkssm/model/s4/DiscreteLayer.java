package io.flinkssm.model.s4;

import io.flinkssm.model.layers.Nonlinearity;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.CausalConvolution;
import io.flinkssm.ssm.ConvolutionCache;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.ConvolutionPlan;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.ssm.StateSpace;

/**
 * An {@link S4Layer} at one step Δ in one precision. Immutable but for the cached kernels, and
 * thread-safe.
 */
final class DiscreteLayer<A> {

  /** Scratch of one caller. */
  record Scratch(Kernels.Scratch scan, Kernels.Scratch output) {}

  /** Samples at a time where a state is carried past a transform. */
  private static final int CARRIED = 256;

  private final Kernels<A> kernels;
  private final S4Layer layer;
  private final StateSpace system;
  private final Kernels.Scan<A> scan;
  private final Kernels.Linear<A> output;
  private final ConvolutionCache<A> convolutions;

  DiscreteLayer(S4Layer layer, double rate, RateMethod method, Kernels<A> kernels) {
    this.system = method.of(layer.system(), rate);
    this.kernels = kernels;
    this.layer = layer;
    this.scan = system.streams() ? kernels.scan(system.discretize(rate)) : null;
    this.output = layer.output() == null ? null : layer.output().prepare(kernels);
    this.convolutions = new ConvolutionCache<>(system, kernels, rate);
  }

  Scratch newScratch() {
    return new Scratch(
        scan == null ? null : scan.newScratch(), output == null ? null : output.newScratch());
  }

  /** The recurrent view: {@code u} and {@code y} are {@code [rows][width]} and differ. */
  void advance(Runs<A> runs, int offset, A u, A y, Scratch scratch, Buffers<A> buffers) {
    scan.advance(runs, offset, u, buffers.system, scratch.scan);
    positionWise(y, runs.samples(), scratch, buffers);
  }

  /** How a window would be computed. */
  ConvolutionPlan plan(int samples, boolean carriesState, ConvolutionMethod wanted) {
    return convolutions.plan(samples, carriesState, wanted);
  }

  /** Makes and keeps the kernels that {@link #transform} needs for such a window. */
  void prepare(int samples) {
    convolutions.forWindow(samples);
  }

  /**
   * The state space of a whole window by Fourier transforms.
   *
   * @param u {@code [samples][width]}
   * @param state null for a zero start; else the state before the window, replaced by the one after
   *     it, which takes two passes of the recurrence over the system's memory
   * @return {@code [samples][systemWidth]}, for {@link #finish}
   */
  A transform(A state, int offset, A u, int samples) {
    A y = kernels.allocate(Buffers.elements(layer.systemWidth(), samples));
    CausalConvolution<A> convolution = convolutions.forWindow(samples);
    convolution.apply(u, y, samples, convolution.newScratch());
    if (state != null) {
      carry(state, offset, u, y, samples);
    }
    return y;
  }

  /**
   * Adds the response to the state, and moves the state to the end of the window. Both pass: the
   * response is silent after the system's memory, and what lies before the last memory has no part
   * in the state at the end.
   */
  private void carry(A state, int offset, A u, A y, int samples) {
    int width = layer.width();
    int outputs = layer.systemWidth();
    int length = scan.system().stateLength();
    int memory = convolutions.memory(samples);
    A free = kernels.allocate(length);
    kernels.copy(state, offset, free, 0, length);
    if (memory < samples) {
      kernels.clear(state, offset, length);
    }
    A in = kernels.allocate(CARRIED * width);
    A out = kernels.allocate(CARRIED * outputs);
    A response = kernels.allocate(CARRIED * outputs);
    Kernels.Scratch scratch = scan.newScratch();
    for (int from = 0; from < memory; from += CARRIED) {
      int count = Math.min(CARRIED, memory - from);
      kernels.clear(in, 0, count * width);
      scan.advance(free, 0, in, response, count, scratch);
      kernels.copy(y, from * outputs, out, 0, count * outputs);
      kernels.add(response, out, count * outputs);
      kernels.copy(out, 0, y, from * outputs, count * outputs);
      kernels.copy(u, (samples - memory + from) * width, in, 0, count * width);
      scan.advance(state, offset, in, response, count, scratch);
    }
  }

  /**
   * The block once its state spaces are computed.
   *
   * @param window of {@link #transform}; this block's rows begin at {@code from}
   */
  void finish(A window, int from, A y, int rows, Scratch scratch, Buffers<A> buffers) {
    int width = layer.systemWidth();
    kernels.copy(window, from * width, buffers.system, 0, rows * width);
    positionWise(y, rows, scratch, buffers);
  }

  private void positionWise(A y, int rows, Scratch scratch, Buffers<A> buffers) {
    int width = layer.width();
    Nonlinearity last = layer.finalActivation();
    A inner =
        layer.activation().apply(kernels, buffers.system, buffers.inner, rows, layer.innerWidth());
    if (output != null) {
      output.apply(inner, buffers.result, rows, scratch.output);
      inner = last.apply(kernels, buffers.result, y, rows, width);
    }
    if (inner != y) {
      kernels.copy(inner, 0, y, 0, rows * width);
    }
  }
}
