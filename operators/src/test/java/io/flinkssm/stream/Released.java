package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Release.StatePolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models that can be released, and what scorers did with them. */
final class Released implements ModelSource {
  private final Map<String, SequenceModel> models = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  final List<String> letGo = new ArrayList<>();
  final List<String> refusals = new ArrayList<>();
  private long sequence;

  /** A release of a model from a time on. */
  Release release(SequenceModel model, long activateAtMicros, StatePolicy policy) {
    ModelInfo info = model.info();
    String uri = info.version() + "@" + sequence;
    models.put(uri, model);
    return new Release(
        info.name(), info.version(), uri, info.sha256(), activateAtMicros, policy, sequence++);
  }

  /** Takes the model of a release away. */
  void remove(Release release) {
    models.remove(release.uri());
  }

  /** Puts the model of a release back. */
  void restore(Release release, SequenceModel model) {
    models.put(release.uri(), model);
  }

  @Override
  public SequenceModel model(Release release) throws IOException {
    asked.add(release.version());
    SequenceModel model = models.get(release.uri());
    if (model == null) {
      throw new IOException(release.uri() + " does not exist");
    }
    return model;
  }

  @Override
  public void letGo(Release release) {
    letGo.add(release.version());
  }

  @Override
  public void refused(Release release, String reason) {
    refusals.add(release.version() + ": " + reason);
  }
}
