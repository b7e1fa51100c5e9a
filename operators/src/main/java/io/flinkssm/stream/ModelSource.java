package io.flinkssm.stream;

import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.SequenceModel;
import java.io.IOException;

/** Finds the models of releases. */
@FunctionalInterface
public interface ModelSource {

  /**
   * The model of a release; waits for it if it is being loaded.
   *
   * @throws IOException if it cannot be read
   * @throws InvalidModelException if it cannot be used
   */
  SequenceModel model(Release release) throws IOException;
}
