package io.flinkssm.flink;

import io.flinkssm.model.SequenceModel;
import java.io.IOException;
import java.io.Serializable;

/** Reads a model where the operator runs: every parallel instance calls it once when it opens. */
@FunctionalInterface
public interface ModelLoader extends Serializable {

  /**
   * Reads the model at a URI.
   *
   * @throws IOException if it cannot be read; the job fails and restarts by its own strategy
   */
  SequenceModel load(String uri) throws IOException;
}
