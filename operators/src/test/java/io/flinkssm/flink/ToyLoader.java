package io.flinkssm.flink;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.ToyModel;
import java.io.IOException;

/** Loads toy models: the "URI" is {@code toy:<version>}. */
final class ToyLoader implements ModelLoader {
  static final String URI = "toy:1";

  @Override
  public SequenceModel load(String uri) throws IOException {
    if (!uri.startsWith("toy:")) {
      throw new IOException("no toy model at " + uri);
    }
    return new ToyModel(uri.substring(4), ModelInfo.Task.CLASSIFICATION, 1);
  }
}
