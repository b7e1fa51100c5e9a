package io.flinkssm.simd;

/**
 * The few array kernels that scoring consists of, for one element type.
 *
 * <p>{@code A} is {@code float[]} or {@code double[]}. Layers are written once against this
 * interface; a call covers a whole block of samples, so that the indirection costs nothing
 * measurable. Arguments are checked by callers at the edge; kernels trust them.
 *
 * <p>All blocks are row-major {@code [rows][width]}. Kernels are immutable, thread-safe and
 * deterministic: the same call on the same provider gives the same bits.
 *
 * @param <A> array type of the element: {@code float[]} or {@code double[]}
 */
public interface Kernels<A> {

  /**
   * The float32 kernels: the default of streaming. {@link Providers} chooses them once per JVM.
   *
   * @throws IllegalArgumentException if the property {@value Providers#PROPERTY} is no provider
   * @throws IllegalStateException if it asks for one that cannot run here
   */
  static Kernels<float[]> float32() {
    return Providers.float32();
  }

  /** The float64 kernels: the oracle, and an option of streaming. */
  static Kernels<double[]> float64() {
    return DoubleKernels.INSTANCE;
  }

  /** Provider name for logs, such as {@code "float32-scalar"}. */
  String name();

  /** Bytes of one element: 4 or 8. */
  int elementBytes();

  /** A new array of {@code length} zeros. */
  A allocate(int length);

  /** Length of an array. */
  int length(A array);

  /** One element; for edges and tests, not for loops that matter. */
  double get(A array, int index);

  /** Sets one element; for edges and tests, not for loops that matter. */
  void set(A array, int index, double value);

  /** Copies {@code length} elements. */
  void copy(A from, int fromOffset, A to, int toOffset, int length);

  /** Copies and converts from double. */
  void fromDouble(double[] from, int fromOffset, A to, int toOffset, int length);

  /** Copies and converts to double. */
  void toDouble(A from, int fromOffset, double[] to, int toOffset, int length);

  /** Copies and converts from float, the element type of signal frames. */
  void fromFloat(float[] from, int fromOffset, A to, int toOffset, int length);

  /** Sets a range to zero. */
  void clear(A array, int offset, int length);

  /**
   * Snaps magnitudes below {@code 1e-30} to zero: a state that decays under silent input would
   * otherwise reach subnormal numbers, which are up to twice as slow. No other element changes by
   * more than {@code 4e-30} or one unit in the last place.
   */
  void flushTiny(A array, int offset, int length);

  /** Prepares the recurrence of a system in this precision. */
  Scan<A> scan(DiscreteSystem system);

  /**
   * Prepares a position-wise linear map {@code y = W x + bias}.
   *
   * @param weight {@code [out][in]}, row-major, as PyTorch stores it
   * @param bias {@code [out]}, or null for none
   */
  Linear<A> linear(double[] weight, double[] bias, int in, int out);

  /**
   * Prepares the convolution with given kernels: of windows of any length if the kernels have at
   * most {@code points} taps, else of up to {@code points} samples.
   *
   * @param points length of the transforms, a power of two, at least 2; taps beyond are not used
   */
  Convolution<A> convolution(Taps taps, int points);

  /** {@code y += x} over {@code length} elements. */
  void add(A x, A y, int length);

  /** {@code y = alpha·x + beta·y} over {@code length} elements. */
  void combine(double alpha, A x, double beta, A y, int length);

  /** Applies a function element by element, in place. */
  void activate(Activation activation, A x, int length);

  /**
   * Gated linear unit: {@code y = a·σ(b)} for rows {@code (a‖b)} of width {@code 2·width}.
   *
   * @param ab {@code [rows][2·width]}; used as scratch, content undefined afterwards
   * @param y {@code [rows][width]}
   */
  void glu(A ab, A y, int rows, int width);

  /**
   * Layer normalisation over each row, in place: {@code x ← scale ∘ (x − mean)/√(var + eps) +
   * shift}, biased variance.
   *
   * @param scale {@code [width]}
   * @param shift {@code [width]}
   */
  void layerNorm(A x, int rows, int width, A scale, A shift, double eps);

  /** {@code x ← scale ∘ x + shift} on each row, in place. */
  void affine(A x, int rows, int width, A scale, A shift);

  /**
   * Adds rows to running sums one after the other, so that the ends of blocks leave no trace.
   *
   * <p>A sum is head + tail. In float32 the pair holds about 48 bits, by additions whose rounding
   * errors go to the tail; in float64 the head is the sum, and the tail is not touched.
   *
   * @param x the rows start at {@code from}
   * @param sums heads {@code [width]} at {@code offset}, followed by tails {@code [width]}
   */
  void accumulate(A x, int from, int rows, int width, A sums, int offset);

  /**
   * {@code y = (head + tail)/divisor} of sums as {@link #accumulate} leaves them.
   *
   * @param y one row of {@code width} at {@code to}
   */
  void quotient(A sums, int offset, int width, double divisor, A y, int to);

  /** A prepared recurrence; immutable and shareable. */
  interface Scan<A> {
    /** Shapes of the system. */
    DiscreteSystem system();

    /**
     * Steps the rows of a block, each run with its own state, in place.
     *
     * @param stateOffset where this system's state lies in the state of every run, in the layout of
     *     {@link DiscreteSystem}
     * @param u {@code [rows][channels]}
     * @param y {@code [rows][heads·channels]}, overwritten; never the array {@code u}
     * @param scratch of {@link #newScratch}
     */
    void advance(Runs<A> runs, int stateOffset, A u, A y, Scratch scratch);

    /** Steps {@code samples} samples of one key; allocates, unlike a kept {@link Runs}. */
    default void advance(A state, int stateOffset, A u, A y, int samples, Scratch scratch) {
      advance(Runs.of(state, samples, 0), stateOffset, u, y, scratch);
    }

    /** Scratch for one caller, for blocks of any length. */
    Scratch newScratch();
  }

  /** A prepared position-wise linear map; immutable and shareable. */
  interface Linear<A> {
    int in();

    int out();

    /**
     * {@code y = W x + bias} for each of {@code rows} rows; {@code x} and {@code y} differ.
     *
     * @param scratch of {@link #newScratch}
     */
    void apply(A x, A y, int rows, Scratch scratch);

    /** Scratch for one caller, for any number of rows. */
    Scratch newScratch();
  }

  /** A prepared convolution with fixed kernels; immutable and shareable. */
  interface Convolution<A> {
    /** Longest window in samples. */
    int maxSamples();

    /**
     * Convolves one window, from silence before it.
     *
     * @param u {@code [samples][channels]}
     * @param y {@code [samples][heads·channels]}, overwritten; never the array {@code u}
     * @param samples 1 … {@link #maxSamples()}
     * @param scratch of {@link #newScratch}
     */
    void apply(A u, A y, int samples, Scratch scratch);

    /** Scratch for one caller. */
    Scratch newScratch();
  }

  /**
   * Scratch rows of one caller of one {@link Scan}, {@link Linear} or {@link Convolution}, or of
   * another of equal shape from the same provider. Content never matters between calls; not
   * thread-safe.
   */
  interface Scratch {}
}
