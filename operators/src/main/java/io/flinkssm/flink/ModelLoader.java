package io.flinkssm.flink;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Reads a model where the operator runs: every parallel instance calls it once when it opens. */
@FunctionalInterface
public interface ModelLoader extends Serializable {

  /**
   * Reads the model at a URI.
   *
   * @throws IOException if it cannot be read. A job that starts afresh ends with it; one that comes
   *     back from a checkpoint tries again by its restart strategy
   */
  SequenceModel load(String uri) throws IOException;

  /** Reads model directories through Flink's file systems. */
  static ModelLoader ofFileSystem() {
    return uri -> {
      Path directory = directory(uri);
      FileSystem files = directory.getFileSystem();
      return ModelDirectory.read(uri, file -> files.open(new Path(directory, file)));
    };
  }

  /**
   * The path of a model directory. A local URI has spaces and the like encoded; Flink's path takes
   * them as they stand.
   */
  static Path directory(String uri) {
    if (uri.startsWith("file:")) {
      try {
        return Path.fromLocalFile(new File(URI.create(uri)));
      } catch (IllegalArgumentException e) {
        // Written by hand and not encoded: then it is meant as it stands.
      }
    }
    return new Path(uri);
  }
}
