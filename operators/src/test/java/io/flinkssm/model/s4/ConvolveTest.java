package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.sun.management.ThreadMXBean;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole windows, by whichever method, give what the stream gives. */
class ConvolveTest {

  private static final int[] LENGTHS = {1, 2, 63, 64, 65, 255, 256, 257, 1000, 4097};

  static Stream<Kernels<?>> both() {
    return Stream.of(Kernels.float32(), Kernels.float64());
  }

  @ParameterizedTest
  @MethodSource("both")
  <A> void methodsAgreeWithAndWithoutState(Kernels<A> kernels) {
    boolean single = kernels.elementBytes() == Float.BYTES;
    for (int i = 0; i < LENGTHS.length; i++) {
      for (int seed = 500; seed < 512; seed++) {
        TestModels.RandomNetwork made = TestModels.random(new Random(seed));
        if (made.config().contains("\"transposed\": true") || made.config().contains("\"relu\"")) {
          continue; // A norm without ε, or a kink, may enlarge any rounding.
        }
        DiscreteModel<A> model = made.read().discretize(130, kernels);
        int samples = LENGTHS[i];
        int outputs = seed % 3 == 0 ? samples : 1 + samples / 3;
        for (boolean carries : new boolean[] {false, true}) {
          Run<A> stepped = run(model, kernels, samples, outputs, carries, null);
          for (ConvolutionMethod method : ConvolutionMethod.values()) {
            Run<A> window = run(model, kernels, samples, outputs, carries, method);
            String what =
                "seed %d, %d samples, %s, state %s: %s"
                    .formatted(seed, samples, method, carries, made.config());
            assertClose(kernels, window.output, stepped.output, single ? 2e-3 : 1e-9, what);
            if (carries) {
              assertClose(kernels, window.state, stepped.state, single ? 2e-3 : 1e-9, what);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  <A> void theRecurrenceOverAWindowIsTheStreamToTheBit(Kernels<A> kernels) {
    for (int seed = 600; seed < 620; seed++) {
      DiscreteModel<A> model = TestModels.random(new Random(seed)).read().discretize(100, kernels);
      Run<A> stepped = run(model, kernels, 1000, 400, true, null);
      Run<A> window = run(model, kernels, 1000, 400, true, ConvolutionMethod.RECURRENCE);
      assertClose(kernels, window.output, stepped.output, 0, "outputs");
      assertClose(kernels, window.state, stepped.state, 0, "state");
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  <A> void longWindowsWithAStateAreTheStream(Kernels<A> kernels) {
    boolean single = kernels.elementBytes() == Float.BYTES;
    for (int seed = 700; seed < 712; seed++) {
      TestModels.RandomNetwork made = TestModels.random(new Random(seed));
      if (made.config().contains("\"transposed\": true") || made.config().contains("\"relu\"")) {
        continue;
      }
      DiscreteModel<A> model = made.read().discretize(100, kernels);
      Run<A> stepped = run(model, kernels, 9000, 300, true, null);
      Run<A> window = run(model, kernels, 9000, 300, true, ConvolutionMethod.FFT);
      String what = "seed %d: %s".formatted(seed, made.config());
      assertClose(kernels, window.output, stepped.output, single ? 2e-3 : 1e-9, what);
      assertClose(kernels, window.state, stepped.state, single ? 2e-3 : 1e-9, what);
    }
  }

  @Test
  void preparedWindowsMakeNoKernels() throws Exception {
    // Not in float: vectors are objects until they are compiled.
    Kernels<double[]> kernels = Kernels.float64();
    SequenceModel model = TestModels.random(new Random(500)).read();
    DiscreteModel<double[]> cold = model.discretize(100, kernels);
    DiscreteModel<double[]> warm = model.discretize(100, kernels);
    int samples = 3000;
    Thread other = new Thread(() -> warm.prepare(2500, ConvolutionMethod.FFT));
    other.start();
    other.join();
    long spectra = 0;
    for (StateSpaceLayer layer : model.stateSpaces()) {
      int rows = layer.system().heads() * layer.system().channels();
      spectra += rows * 2L * 4096 * Double.BYTES;
    }
    double[] input = new double[samples * model.info().inputChannels()];
    double[] output = new double[model.info().outputSize()];
    long unprepared = allocatedBy(() -> convolve(cold, input, samples, output));
    long again = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      again = Math.min(again, allocatedBy(() -> convolve(cold, input, samples, output)));
    }
    // Only now, that nothing is allocated for being run for the first time.
    long prepared = allocatedBy(() -> convolve(warm, input, samples, output));
    assertThat(unprepared - prepared).isGreaterThanOrEqualTo(spectra);
    assertThat(prepared - again).isLessThan(spectra / 10);
  }

  private static void convolve(
      DiscreteModel<double[]> model, double[] input, int samples, double[] output) {
    model.convolve(null, input, samples, output, 1, ConvolutionMethod.FFT);
  }

  /** Bytes allocated on this thread. */
  private static long allocatedBy(Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    call.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void plansAreDescribedLayerByLayer() {
    DiscreteModel<double[]> model =
        TestModels.random(new Random(500)).read().discretize(100, Kernels.float64());
    assertThat(model.describeConvolution(1000, false, ConvolutionMethod.FFT))
        .hasSameSizeAs(model.model().stateSpaces())
        .first()
        .asString()
        .startsWith("block.0")
        .endsWith(": FFT, as asked");
    assertThat(model.describeConvolution(1000, true, ConvolutionMethod.AUTO))
        .allSatisfy(line -> assertThat(line).contains("RECURRENCE", "1000 samples"));
  }

  @Test
  void argumentsAreChecked() {
    DiscreteModel<double[]> model =
        TestModels.random(new Random(5)).read().discretize(100, Kernels.float64());
    double[] x = new double[3 * model.model().info().inputChannels()];
    double[] y = new double[30];
    assertThatThrownBy(() -> model.convolve(new double[1], x, 1, y, 1))
        .hasMessageContaining("state has 1 elements");
    assertThatThrownBy(() -> model.convolve(null, x, 0, y, 0)).hasMessageContaining("samples is 0");
    assertThatThrownBy(() -> model.convolve(null, x, 2, y, 3)).hasMessageContaining("outputs is 3");
    assertThatThrownBy(() -> model.convolve(null, x, 4, y, 1)).hasMessageContaining("input has");
    assertThatThrownBy(() -> model.convolve(null, x, 1, new double[0], 1))
        .hasMessageContaining("output has 0");
  }

  private record Run<A>(A output, A state) {}

  /**
   * One window by a method, or streamed in blocks if there is none; after a warm-up if it carries.
   */
  private static <A> Run<A> run(
      DiscreteModel<A> model,
      Kernels<A> kernels,
      int samples,
      int outputs,
      boolean carries,
      ConvolutionMethod method) {
    int in = model.model().info().inputChannels();
    A input = array(kernels, TestModels.gaussian(new Random(1), samples * in, 1));
    A output = kernels.allocate(outputs * model.model().info().outputSize());
    A state = kernels.allocate(model.stateLength());
    if (carries) {
      A before = array(kernels, TestModels.gaussian(new Random(2), 40 * in, 1));
      model.advance(state, before, 40, output, 0, model.newWorkspace(40));
    }
    if (method == null) {
      model.advance(state, input, samples, output, outputs, model.newWorkspace(samples));
    } else {
      model.convolve(carries ? state : null, input, samples, output, outputs, method);
    }
    return new Run<>(output, state);
  }

  private static <A> A array(Kernels<A> kernels, double[] values) {
    A array = kernels.allocate(values.length);
    kernels.fromDouble(values, 0, array, 0, values.length);
    return array;
  }

  private static <A> void assertClose(
      Kernels<A> kernels, A found, A expected, double relative, String what) {
    double largest = 1;
    for (int i = 0; i < kernels.length(expected); i++) {
      largest = Math.max(largest, Math.abs(kernels.get(expected, i)));
    }
    for (int i = 0; i < kernels.length(expected); i++) {
      assertThat(kernels.get(found, i))
          .as("%s, at %d", what, i)
          .isCloseTo(kernels.get(expected, i), offset(relative * largest));
    }
  }
}
