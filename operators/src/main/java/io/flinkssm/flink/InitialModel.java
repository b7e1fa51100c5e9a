package io.flinkssm.flink;

import io.flinkssm.model.InvalidModelException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * The model that a job scores with until one is released.
 *
 * @param uri model directory, or null if frames wait for a release
 * @param name name of the model, the only one whose releases count; or null for that of the
 *     directory
 * @param loader reads models, released ones too
 */
record InitialModel(String uri, String name, ModelLoader loader) implements Serializable {

  InitialModel {
    Objects.requireNonNull(loader, "loader");
    if (uri == null && name == null) {
      throw new IllegalArgumentException("neither a model nor the name of one");
    }
  }

  /** The model of the options, for a job without releases. */
  static InitialModel required(ReadableConfig options, ModelLoader loader) {
    return new InitialModel(
        options
            .getOptional(ScoringOptions.MODEL_PATH)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        ScoringOptions.MODEL_PATH.key()
                            + " is not set: there is no model to score with; give the URI of a"
                            + " model directory")),
        null,
        loader);
  }

  /** The model of the options, or the name of what is to be released. */
  static InitialModel optional(ReadableConfig options, ModelLoader loader) {
    String uri = options.getOptional(ScoringOptions.MODEL_PATH).orElse(null);
    String name = options.getOptional(ScoringOptions.MODEL_NAME).orElse(null);
    if (uri == null && name == null) {
      throw new IllegalArgumentException(
          "neither "
              + ScoringOptions.MODEL_PATH.key()
              + " nor "
              + ScoringOptions.MODEL_NAME.key()
              + " is set: it is open which releases to follow; give the URI of a model directory to"
              + " start with, or the name under which models are released");
    }
    return new InitialModel(uri, name, loader);
  }

  /**
   * Reads the model, or takes it from the cache.
   *
   * <p>Only a job with state to lose waits for a model to come right: one that starts afresh ends
   * at once, whatever its restart strategy, so that a wrong path is seen.
   *
   * @param restored whether the job has state
   * @return a lease of the loaded model, or null if there is none to start with
   */
  ModelCache.Lease open(boolean restored) throws IOException {
    if (uri == null) {
      return null;
    }
    ModelCache.Lease lease = ModelCache.shared().acquire(uri, "", loader);
    try {
      checkName(lease.model().info().name());
      return lease;
    } catch (IOException | InvalidModelException e) {
      lease.close();
      if (restored) {
        throw e;
      }
      throw new SuppressRestartsException(
          new IOException("cannot start scoring with the model at " + uri + ": " + e, e));
    }
  }

  private void checkName(String found) {
    if (name != null && !name.equals(found)) {
      throw new InvalidModelException(
          uri
              + ": the model is called "
              + found
              + ", but "
              + ScoringOptions.MODEL_NAME.key()
              + " is "
              + name
              + "; leave the option out, or give the model of that name");
    }
  }
}
