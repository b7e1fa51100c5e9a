package io.flinkssm.ssm;

import io.flinkssm.simd.Kernels;

/**
 * What the two ways to compute a window cost, in nanoseconds on one core: constants measured once
 * per provider, for {@link ConvolutionPlan}. Only their ratios matter. To measure them again:
 *
 * <pre>
 *   java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar \
 *       io.flinkssm.benchmarks.ConvolutionCostsMain scalar|vector|float64
 * </pre>
 *
 * <p>These are the least of several runs on an Intel Xeon with AVX-512 (family 6 model 207),
 * OpenJDK 17, other processes beside. State sizes N = 2M from which transforms are the faster way,
 * for full windows of 1024 and 16384 samples:
 *
 * <table>
 *   <caption>Break-even</caption>
 *   <tr><th>provider</th><th>diagonal</th><th>rank 1</th></tr>
 *   <tr><td>float32, plain Java</td><td>N = 48, 68</td><td>N = 28, 40</td></tr>
 *   <tr><td>float32, Vector API</td><td>N = 286, 398</td><td>none to 600</td></tr>
 *   <tr><td>float64, plain Java</td><td>N = 44, 60</td><td>N = 22, 32</td></tr>
 * </table>
 *
 * <p>Kernels are charged to the windows that share them: with a low-rank part they take time in N³,
 * which is why the Vector API's recurrence always wins there.
 *
 * <p>A window just longer than a power of two needs twice that, since transforms are of the next
 * one.
 *
 * @param mode a sample of one mode of one channel
 * @param rank the same for each rank of a correction, on top
 * @param head the same for each output after the first, on top
 * @param point one transform of n points of one channel, divided by {@code n·log2 n}; a window
 *     takes one transform and, per output, another
 */
record ConvolutionCosts(double mode, double rank, double head, double point) {

  private static final ConvolutionCosts FLOAT = new ConvolutionCosts(0.80, 0.62, 0.37, 0.95);
  private static final ConvolutionCosts DOUBLE = new ConvolutionCosts(1.23, 1.2, 0.65, 1.3);

  /** A tap of a kernel, of one mode, or of one pair ab of the Cauchy sums and one mode. */
  private static final double TAP = 0.4;

  /** Powers of Ā: some ten squares of 2M × 2M, each element a product of 0.1 ns with every row. */
  private static final double SQUARES = 1;

  /** Transforms are in plain Java here, too. */
  private static final ConvolutionCosts VECTOR = new ConvolutionCosts(0.14, 0.085, 0, 0.95);

  static ConvolutionCosts of(Kernels<?> kernels, StateSpace system) {
    if (kernels.elementBytes() == Double.BYTES) {
      return DOUBLE;
    }
    // The Vector API has no recurrence of several outputs or a higher rank; plain Java steps it.
    boolean vector = kernels.name().startsWith("float32-vector");
    return vector && system.heads() == 1 && system.rank() <= 1 ? VECTOR : FLOAT;
  }

  /** The recurrence over a window. */
  double recurrence(StateSpace system, int samples) {
    double perMode = mode + rank * system.rank() + head * (system.heads() - 1);
    return perMode * system.modes() * system.channels() * samples * system.stepsPerSample();
  }

  /** The transforms of a window. */
  double transforms(StateSpace system, ConvolutionShape shape) {
    double points = shape.points();
    // In blocks, the two directions are transformed back apart.
    boolean apart = system.bidirectional() && shape.blocks() > 1;
    int transforms = system.channels() * (1 + system.heads() * (apart ? 2 : 1));
    return point * points * Math.log(points) / Math.log(2) * transforms * shape.blocks();
  }

  /** The kernels of a window, which are always made in double. */
  double kernels(StateSpace system, ConvolutionShape shape) {
    int rank = system.rank();
    int rows = system.heads() * (system.bidirectional() ? 2 : 1);
    int sums = rank == 0 ? rows : (1 + rank) * (rows + rank);
    double powers = rank == 0 ? 0 : SQUARES * Math.pow(2 * system.modes(), 3);
    return system.channels() * (TAP * sums * system.modes() * shape.taps() + powers);
  }
}
