package io.flinkssm.stream;

import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.SequenceModel;
import java.io.IOException;

/** Finds the models of releases, and hears what becomes of them. */
@FunctionalInterface
public interface ModelSource {

  /** Knows no model. */
  ModelSource NONE =
      release -> {
        throw new IOException("there is no source of models");
      };

  /**
   * The model of a release; waits for it if it is being loaded. Asked at the first sample that
   * needs it, and again if one does after {@link #letGo}.
   *
   * @throws IOException if it cannot be read
   * @throws InvalidModelException if it cannot be used
   */
  SequenceModel model(Release release) throws IOException;

  /** Says that the model that was given for this release is not in use any more. */
  default void letGo(Release release) {}

  /**
   * Says that a release cannot be used and is forgotten as if it had never been announced. Counted
   * and logged already.
   *
   * @param reason what was found and expected, and the fix
   */
  default void refused(Release release, String reason) {}
}
