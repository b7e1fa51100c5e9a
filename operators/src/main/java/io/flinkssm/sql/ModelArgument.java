package io.flinkssm.sql;

import io.flinkssm.flink.ModelCache;
import io.flinkssm.flink.ModelLoader;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.inference.CallContext;

/**
 * The argument {@code model} of a function, the URI of a model directory. While rows are read, an
 * instance holds the model of the last one, so that a literal is read once for a task manager. Not
 * thread-safe.
 */
final class ModelArgument implements AutoCloseable {
  private String uri;
  private ModelCache.Lease lease;

  /**
   * The model of a row.
   *
   * @throws ValidationException if there is none, with an example of what would do
   */
  SequenceModel model(String wanted) {
    if (!wanted.equals(uri)) {
      close();
      lease = ModelCache.shared().acquire(wanted, "", ModelLoader.ofFileSystem());
      uri = wanted;
    }
    try {
      return lease.model();
    } catch (IOException | InvalidModelException e) {
      close();
      // Clients of Flink show the innermost cause alone: that must be this one.
      ValidationException failure =
          new ValidationException(
              "model '%s' cannot be read: %s. Expected the URI of a folder with config.json and model.safetensors, such as 'file:///models/pump'"
                  .formatted(wanted, e.getMessage()));
      failure.addSuppressed(e);
      throw failure;
    }
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
      lease = null;
      uri = null;
    }
  }

  /**
   * The model at planning, if it is a literal of the query.
   *
   * @param position of the argument
   * @throws ValidationException if there is no such model
   */
  static Optional<SequenceModel> planned(CallContext call, int position) {
    return literal(call, position, String.class)
        .map(
            uri -> {
              try (ModelArgument argument = new ModelArgument()) {
                return argument.model(uri);
              }
            });
  }

  /** The value of an argument at planning, if it is a literal and not NULL. */
  static <T> Optional<T> literal(CallContext call, int position, Class<T> type) {
    return call.isArgumentLiteral(position) && !call.isArgumentNull(position)
        ? call.getArgumentValue(position, type)
        : Optional.empty();
  }

  /**
   * A layer by its name.
   *
   * @throws ValidationException listing the layers if there is no such
   */
  static StateSpaceLayer layer(SequenceModel model, String name) {
    List<StateSpaceLayer> layers = model.stateSpaces();
    return layers.stream()
        .filter(layer -> layer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ValidationException(
                    "layer '%s' is not in model %s; expected one of %s"
                        .formatted(
                            name,
                            model.info().name(),
                            layers.stream().map(layer -> "'" + layer.name() + "'").toList())));
  }

  /**
   * The sampling rate of a call.
   *
   * @param rateHz null for the model's own
   * @throws ValidationException if it is none
   */
  static double rate(SequenceModel model, Number rateHz) {
    double nativeHz = model.info().sampleRateHz();
    double rate = rateHz == null ? nativeHz : rateHz.doubleValue();
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new ValidationException(
          "rate_hz is %s, expected a positive, finite sampling rate such as %s, the model's own"
              .formatted(rate, nativeHz));
    }
    return rate;
  }
}
