package io.flinkssm.model.s4;

import io.flinkssm.model.ModelConfig;
import io.flinkssm.model.ModelFamily;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.Tensors;
import java.util.Set;

/** Networks of S4 and S4D blocks: the standalone classifier and the framework's backbone. */
public final class S4Family implements ModelFamily {

  @Override
  public Set<String> architectures() {
    return Set.of(S4Model.ARCHITECTURE, Backbone.ARCHITECTURE);
  }

  @Override
  public SequenceModel build(ModelInfo info, ModelConfig config, Tensors tensors) {
    return config.architecture().equals(S4Model.ARCHITECTURE)
        ? S4Model.read(info, config, tensors)
        : Backbone.read(info, config, tensors);
  }
}
