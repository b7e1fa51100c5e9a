package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;

/**
 * A bank of {@code H} single-input state space systems in continuous time, {@code x' = A x + B u},
 * {@code y = C x + D u}: immutable, read from a checkpoint or made by {@link Hippo}.
 *
 * <p>{@code A} is diagonal, or diagonal plus low rank (DPLR), on the conjugate-symmetric half of
 * {@code M = N/2} complex modes. A sampling rate enters as a factor of Δ: {@code rate = native
 * sampling rate / actual sampling rate}, so half as many samples per second is {@code rate = 2}.
 * Here a sample is one step of {@code Δ·rate}; {@link RateMethod#of} gives a bank that takes
 * several.
 */
public interface StateSpace {

  /** Number of independent systems H. */
  int channels();

  /** Complex modes per system, M. */
  int modes();

  /** Rank r of the correction; 0 for diagonal systems. */
  int rank();

  /** Outputs per channel for one direction; kernels have {@code heads·(bidirectional ? 2 : 1)}. */
  int heads();

  /** Whether half of the kernels look ahead; such a system has no recurrence. */
  boolean bidirectional();

  /** Whether {@link #discretize} works; if not, {@link #whyNotStreaming} says why. */
  default boolean streams() {
    return whyNotStreaming() == null;
  }

  /** Why the system has no recurrence, or null if it has one. */
  String whyNotStreaming();

  /**
   * The recurrence at step {@code Δ·rate}.
   *
   * @param rate factor of Δ, finite and positive
   * @throws UnsupportedOperationException with {@link #whyNotStreaming()} if there is none
   */
  DiscreteSystem discretize(double rate);

  /**
   * The convolution kernels at step {@code Δ·rate}: {@code K[k][h][l]}, flat, {@code k} over heads
   * (forward heads first, then backward ones), without D.
   *
   * @param length taps L ≥ 1
   */
  double[] kernel(double rate, int length);

  /**
   * The length to ask of {@link #kernel} for windows of {@code samples}, so that windows with the
   * same answer share kernels.
   *
   * @param room a longer length that would do as well
   * @return {@code samples} to {@code room}; {@code samples} where kernels depend on the very
   *     length
   */
  default int kernelLength(double rate, int samples, int room) {
    return room;
  }

  /** Whether steps warp frequencies, so that {@link RateMethod}s differ: bilinear ones do. */
  default boolean warps() {
    return false;
  }

  /** Linear steps that the recurrence takes for one sample. */
  default int stepsPerSample() {
    return 1;
  }

  /**
   * How many steps of {@code Δ·rate} it takes until nothing is left of a state: {@code ‖Ā^l‖ ≤
   * tolerance} in the coordinates of the modes, in which no step makes a state longer. Then every
   * tap from l on is at most {@code tolerance·|C||B̄|}.
   *
   * @param most the answer if it takes longer, or if kernels depend on the very length
   */
  default int memory(double rate, double tolerance, int most) {
    return most;
  }

  /** The skip weights D, {@code [heads][H]}. */
  double[] skip();

  /**
   * Condition number of the recovery of C from C̃, the worst over channels; 1 if none was needed.
   */
  double conditionNumber();

  /**
   * Whether a state of this system means the same to another one: equal modes, Λ, P, B and Δ, bit
   * by bit. C and D may differ.
   */
  default boolean sameDynamics(StateSpace other) {
    return other == this;
  }

  /**
   * Time constants {@code 1/|Re λ|/Δ} of all modes in samples at the native rate, {@code [M][H]}.
   */
  double[] timeConstants();

  /**
   * Frequencies {@code |Im λ|·Δ/2π} of all modes in cycles a sample at the native rate, {@code
   * [M][H]}: from 1/2 on a mode is not resolved. Those of Λ where there is a low-rank part.
   */
  double[] frequencies();

  /**
   * How many modes of all channels turn by more than half a turn a sample, {@code Δ·rate·|Im λ| >
   * π}, and have a weight in some output: oscillations above half the sampling rate, which the
   * samples cannot show as what they are. Modes that {@code bandlimit} masks have no weight.
   *
   * <p>The method does not matter, as outputs are read once a sample: with zero-order hold and
   * {@link RateMethod#HOLD} such a mode folds to a lower frequency, with a plain bilinear step it
   * is warped to one. With a low-rank correction λ are the modes of the diagonal part, which is
   * what {@code bandlimit} looks at, too.
   *
   * @param rate factor of Δ, finite and positive
   */
  int aliasedModes(double rate);

  /**
   * One mode, as a step of {@code Δ·rate} takes it.
   *
   * @param rate factor of Δ, finite and positive
   * @param channel 0 … {@code channels() − 1}
   * @param mode 0 … {@code modes() − 1}
   */
  SampledMode mode(double rate, int channel, int mode);
}
