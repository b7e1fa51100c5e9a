package io.flinkssm.testing;

import io.flinkssm.model.GoldenFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Golden files of the test resources, and the larger shared data where it is present. */
public final class Golden {

  private Golden() {}

  /** A golden file of the test resources, such as {@code "01-hippo.json"}. */
  public static GoldenFile file(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no test resource /golden/" + name);
      }
      return GoldenFile.read(name, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of a test resource. */
  public static byte[] bytes(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no test resource /golden/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a test resource to a file. */
  public static void copy(String name, Path target) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no test resource /golden/" + name);
      }
      Files.copy(in, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A path in the folder of larger data beside the checkout, if it is there: set by the system
   * property {@code flinkssm.shared}, or found as {@code shared} next to the checkout.
   */
  public static Optional<Path> shared(String path) {
    String property = System.getProperty("flinkssm.shared");
    if (property != null) {
      return Optional.of(Path.of(property, path)).filter(Files::exists);
    }
    for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
      Path candidate = dir.resolve("shared").resolve(path);
      if (Files.exists(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
