package io.flinkssm.jobs.capacity;

import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.StateSpace;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringCounters;
import java.util.Collections;
import java.util.List;

/**
 * What of a model decides its costs.
 *
 * @param layers its state space layers
 * @param stateBytes of a key in stored form
 */
public record Shape(List<Layer> layers, long stateBytes) {

  /** Magic, clock, fingerprints and segment of a stored key. */
  private static final int HEADER_BYTES = 172;

  /** Outputs of a model that is not at hand. */
  private static final int OUTPUTS = 10;

  /**
   * A layer.
   *
   * @param width channels H
   * @param elements of its state, H·N
   * @param lowRank whether it is diagonal plus low rank instead of diagonal
   */
  public record Layer(int width, long elements, boolean lowRank) {}

  public Shape {
    layers = List.copyOf(layers);
  }

  /**
   * A float32 model of equal layers, one input channel, ten outputs and mean pooling.
   *
   * @param width channels H, ≥ 1
   * @param stateSize N of each channel, real numbers, ≥ 1
   * @param layers number of layers, ≥ 1
   */
  public static Shape of(int width, int stateSize, int layers, boolean lowRank) {
    long elements = (long) width * stateSize;
    long pooling = 2L * width + 2;
    return new Shape(
        Collections.nCopies(layers, new Layer(width, elements, lowRank)),
        HEADER_BYTES + Float.BYTES * (1 + OUTPUTS + layers * elements + pooling));
  }

  /**
   * A model, float32.
   *
   * @throws IllegalArgumentException if it does not stream
   */
  public static Shape of(SequenceModel model) {
    Scorer<float[]> scorer =
        new Scorer<>(
            model, Kernels.float32(), ScoringConfig.builder().build(), ScoringCounters.NONE);
    return new Shape(
        model.stateSpaces().stream().map(StateSpaceLayer::system).map(Shape::layer).toList(),
        scorer.maxBytesPerKey());
  }

  private static Layer layer(StateSpace system) {
    long elements = 2L * system.channels() * system.heads() * system.modes();
    return new Layer(system.channels(), elements, system.rank() > 0);
  }

  /** Elements of the state of all layers. */
  long elements() {
    return layers.stream().mapToLong(Layer::elements).sum();
  }
}
