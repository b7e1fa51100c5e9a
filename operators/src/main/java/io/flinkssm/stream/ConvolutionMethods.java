package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.ssm.ConvolutionMethod;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** How windows are computed: asked of the model once for each rate and length, and told once. */
final class ConvolutionMethods<A> {
  /** Rates and lengths that are remembered: tumbling windows have few, segments any number. */
  private static final int KEPT = 256;

  private static final String BOTH = "fft+recurrence";

  /** What a window's way depends on. */
  private record Shape(double sampleRateHz, int samples, boolean carriesState) {}

  private final ConvolutionMethod wanted;
  private final Consumer<String> plans;
  private final Map<Shape, String> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, String> eldest) {
          return size() > KEPT;
        }
      };

  private final Set<Shape> told = new HashSet<>();

  ConvolutionMethods(ConvolutionMethod wanted, Consumer<String> plans) {
    this.wanted = wanted;
    this.plans = plans;
  }

  /** The methods of a window, as in {@link WindowScore#method}. */
  String of(DiscreteModel<A> model, int samples, boolean carriesState) {
    return known.computeIfAbsent(
        new Shape(model.sampleRateHz(), samples, carriesState), shape -> describe(model, shape));
  }

  private String describe(DiscreteModel<A> model, Shape shape) {
    List<String> lines = model.describeConvolution(shape.samples, shape.carriesState, wanted);
    String ways = null;
    for (String line : lines) {
      ways = and(ways, line.contains(": FFT") ? "fft" : "recurrence");
    }
    if (ways == null) {
      ways = wanted.name().toLowerCase(Locale.ROOT);
    }
    // Kernels are made for powers of two, and so are plans told.
    int points = 2 * Integer.highestOneBit(Math.max(1, shape.samples - 1));
    if (told.add(new Shape(shape.sampleRateHz, points, shape.carriesState))) {
      tell(shape, ways, lines);
    }
    return ways;
  }

  private void tell(Shape shape, String ways, List<String> lines) {
    plans.accept(
        "%d samples at %s Hz%s by %s: %s"
            .formatted(
                shape.samples,
                shape.sampleRateHz,
                shape.carriesState ? " with a state" : "",
                ways,
                String.join("; ", lines)));
  }

  /** Two windows or layers together. */
  static String and(String one, String other) {
    return one == null || one.equals(other) ? other : BOTH;
  }
}
