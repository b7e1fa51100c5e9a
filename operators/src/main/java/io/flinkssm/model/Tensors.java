package io.flinkssm.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tensors of a checkpoint while a family builds its network: each is taken by name with the
 * shape that it must have, and {@link #finish} refuses those that nobody took. {@link #scope} gives
 * a view under a prefix. Not thread-safe; it lives while a model is read.
 */
public final class Tensors {

  private final Safetensors file;
  private final String prefix;
  private final Set<String> taken;

  private Tensors(Safetensors file, String prefix, Set<String> taken) {
    this.file = file;
    this.prefix = prefix;
    this.taken = taken;
  }

  /** All tensors of a file. */
  public static Tensors of(Safetensors file) {
    return new Tensors(file, "", new HashSet<>());
  }

  /** The tensors whose names start with a further prefix; names are relative to it. */
  public Tensors scope(String prefix) {
    return new Tensors(file, this.prefix + prefix, taken);
  }

  /** The first of some prefixes under which there is a tensor {@code name}, or null. */
  public String prefixOf(String name, String... prefixes) {
    for (String candidate : prefixes) {
      if (has(candidate + name)) {
        return candidate;
      }
    }
    return null;
  }

  /** The first of some names that exists, or null. */
  public String nameOf(String... names) {
    for (String candidate : names) {
      if (has(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /** Whether there is such a tensor. */
  public boolean has(String name) {
    return file.names().contains(prefix + name);
  }

  /** Whether any tensor's name starts so. */
  public boolean hasAny(String start) {
    return file.names().stream().anyMatch(name -> name.startsWith(prefix + start));
  }

  /** Shape of a tensor. */
  public int[] shape(String name) {
    requirePresent(name);
    return file.shape(prefix + name);
  }

  /**
   * Values of a tensor of this shape. Axes of size 1 at the end are forgiven on either side: a 1×1
   * convolution is a linear map, and some savers write scalars as {@code [1]}.
   *
   * @throws InvalidModelException naming the tensor, the found and the expected shape
   */
  public double[] take(String name, int... shape) {
    requirePresent(name);
    int[] found = file.shape(prefix + name);
    if (!Arrays.equals(withoutTrailingOnes(found), withoutTrailingOnes(shape))) {
      throw error(
          name,
          "has shape "
              + Arrays.toString(found)
              + ", expected "
              + Arrays.toString(shape)
              + ": do the sizes in config.json match the training code?");
    }
    taken.add(prefix + name);
    return file.values(prefix + name);
  }

  /** Marks tensors that carry nothing for inference, where present. */
  public void ignore(String... names) {
    for (String name : names) {
      taken.add(prefix + name);
    }
  }

  /** An error about a tensor. */
  public InvalidModelException error(String name, String problem) {
    return new InvalidModelException(file.source() + ": tensor " + prefix + name + " " + problem);
  }

  /**
   * Refuses tensors that were never taken: a network that ignores weights is not the trained one.
   */
  public void finish() {
    Set<String> left = new TreeSet<>(file.names());
    left.removeAll(taken);
    if (!left.isEmpty()) {
      throw new InvalidModelException(
          file.source()
              + ": "
              + left.size()
              + " tensors that this architecture does not have: "
              + some(left)
              + "; check architecture, n_layers and layer in config.json, or leave them out when"
              + " saving");
    }
  }

  private void requirePresent(String name) {
    if (!has(name)) {
      throw new InvalidModelException(
          file.source()
              + ": no tensor "
              + prefix
              + name
              + "; check architecture and layer in config.json; the file has "
              + some(new TreeSet<>(file.names())));
    }
  }

  private static String some(Set<String> names) {
    int shown = 8;
    String list = String.join(", ", names.stream().limit(shown).toList());
    return names.size() > shown ? list + " and " + (names.size() - shown) + " more" : list;
  }

  private static int[] withoutTrailingOnes(int[] shape) {
    int rank = shape.length;
    while (rank > 0 && shape[rank - 1] == 1) {
      rank--;
    }
    return Arrays.copyOf(shape, rank);
  }
}
