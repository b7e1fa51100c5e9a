package io.flinkssm.flink;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.ToyModel;
import java.io.IOException;

/**
 * Loads toy models: the "URI" is {@code toy:<version>}. Version {@code n} gives n times the outputs
 * of version 1; with an {@code s} behind the number it also has a longer memory: other dynamics.
 */
final class ToyLoader implements ModelLoader {
  private static final long serialVersionUID = 1L;

  static final String URI = "toy:1";

  @Override
  public SequenceModel load(String uri) throws IOException {
    if (!uri.startsWith("toy:")) {
      throw new IOException("no toy model at " + uri);
    }
    String version = uri.substring(4);
    boolean slow = version.endsWith("s");
    int scale = Integer.parseInt(slow ? version.substring(0, version.length() - 1) : version);
    return new ToyModel(version, ModelInfo.Task.CLASSIFICATION, 1, slow ? 0.05 : 0.01, scale);
  }
}
