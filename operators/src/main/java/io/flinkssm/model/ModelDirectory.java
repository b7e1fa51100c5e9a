package io.flinkssm.model;

import io.flinkssm.model.s4.S4Family;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads a model directory: {@code config.json} beside {@code model.safetensors}, the state dict of
 * the reference PyTorch code with its names unchanged.
 *
 * <p>Everything that can be wrong with a model is found here, before it scores anything: unknown or
 * missing keys, unknown or missing tensors, shapes, values that are not finite, modes that grow.
 */
public final class ModelDirectory {

  /** Name of the configuration in the directory. */
  public static final String CONFIG = "config.json";

  /** Name of the weights in the directory. */
  public static final String WEIGHTS = "model.safetensors";

  private static final int MAX_CONFIG_BYTES = 1 << 20;

  /** The only place that knows families by name. */
  private static final List<ModelFamily> FAMILIES = List.of(new S4Family());

  /** Opens the files of a directory, wherever that is. */
  @FunctionalInterface
  public interface Opener {
    /** Opens {@link #CONFIG} or {@link #WEIGHTS}; the reader closes it. */
    InputStream open(String file) throws IOException;
  }

  private ModelDirectory() {}

  /**
   * Reads a local directory.
   *
   * @throws IOException if a file cannot be read; may pass
   * @throws InvalidModelException if the content cannot be used; will not pass
   */
  public static SequenceModel read(Path directory) throws IOException {
    return read(directory.toString(), file -> Files.newInputStream(directory.resolve(file)));
  }

  /**
   * Reads a directory through an opener, such as one over Flink's file systems.
   *
   * @param source what errors call the directory
   * @throws IOException if a file cannot be read; may pass
   * @throws InvalidModelException if the content cannot be used; will not pass
   */
  public static SequenceModel read(String source, Opener opener) throws IOException {
    byte[] json;
    try (InputStream in = opener.open(CONFIG)) {
      json = in.readNBytes(MAX_CONFIG_BYTES + 1);
    }
    if (json.length > MAX_CONFIG_BYTES) {
      throw new InvalidModelException(
          source
              + "/"
              + CONFIG
              + ": more than "
              + MAX_CONFIG_BYTES
              + " bytes; weights belong in "
              + WEIGHTS);
    }
    ModelConfig config = ModelConfig.read(ConfigNode.parse(source + "/" + CONFIG, json));
    ModelFamily family = family(config);
    Safetensors weights;
    try (InputStream in = opener.open(WEIGHTS)) {
      weights = Safetensors.read(source + "/" + WEIGHTS, in);
    }
    Tensors tensors = Tensors.of(weights);
    SequenceModel model =
        family.build(config.info(weights.sha256(), weights.parameters()), config, tensors);
    config.keys().finish();
    tensors.finish();
    return model;
  }

  private static ModelFamily family(ModelConfig config) {
    TreeSet<String> known = new TreeSet<>();
    for (ModelFamily family : FAMILIES) {
      if (family.architectures().contains(config.architecture())) {
        return family;
      }
      known.addAll(family.architectures());
    }
    throw config.keys().error("architecture", '"' + config.architecture() + '"', "one of " + known);
  }
}
