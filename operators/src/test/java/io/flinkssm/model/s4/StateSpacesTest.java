package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.StateSpaceLayer;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateSpacesTest {

  @Test
  void aNetworkShowsItsStateSpacesInTheOrderOfSamples() {
    List<StateSpaceLayer> found =
        TestModels.goldenClassifier(
                "05-model-s4-dplr.trained.safetensors",
                32,
                false,
                "{\"kind\": \"s4\", \"mode\": \"dplr\", \"dt_transform\": \"exp\"}")
            .stateSpaces();

    assertThat(found)
        .extracting(StateSpaceLayer::name)
        .containsExactly("block.0", "block.1", "block.2", "block.3");
    assertThat(found).allMatch(s -> s.stride() == 1 && s.system().rank() == 1);
    assertThat(found.get(0).system()).isNotSameAs(found.get(3).system());
  }
}
