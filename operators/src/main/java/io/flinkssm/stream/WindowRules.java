package io.flinkssm.stream;

import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;

/**
 * How segments are cut into windows. Every sample of a segment lies in at least one window; what
 * remains at its end is a shorter window.
 *
 * @param kind of windows
 * @param size most samples of a window
 * @param slide samples from the start of one window to that of the next, 1 … {@code size}
 */
public record WindowRules(Kind kind, int size, int slide) implements Serializable {

  /** Kinds of windows. */
  public enum Kind {
    /**
     * Whole segments. One of more than {@link #size} samples is cut there and the state is carried
     * over; if the model has no state to carry, such a segment is rejected.
     */
    SEGMENT,
    /**
     * Of one size, end to end. The state is carried from window to window; a model that has none
     * starts each window from zero.
     */
    TUMBLING,
    /** Of one size, overlapping. Each starts from zero: it stands for itself. */
    SLIDING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks the rules.
   *
   * @throws IllegalArgumentException naming the option, the consequence and the remedy
   */
  public WindowRules {
    Objects.requireNonNull(kind, "kind");
    if (size < 1) {
      throw new IllegalArgumentException(
          "window.size is " + size + " samples: no window could ever be filled; use at least 1");
    }
    if (slide < 1 || slide > size) {
      throw new IllegalArgumentException(
          "window.slide is "
              + slide
              + " samples with windows of "
              + size
              + ": it must be at least 1, and samples between windows would not be scored if it"
              + " were larger than window.size");
    }
    if (kind != Kind.SLIDING && slide != size) {
      throw new IllegalArgumentException(
          "window.slide has no meaning with window.kind=" + kind + ": leave it out");
    }
  }

  /** Whole segments, cut at {@code most} samples. */
  public static WindowRules segment(int most) {
    return new WindowRules(Kind.SEGMENT, most, most);
  }

  /** Windows of {@code size} samples, end to end. */
  public static WindowRules tumbling(int size) {
    return new WindowRules(Kind.TUMBLING, size, size);
  }

  /** Windows of {@code size} samples, one every {@code slide}. */
  public static WindowRules sliding(int size, int slide) {
    return new WindowRules(Kind.SLIDING, size, slide);
  }

  /** Whether a window goes on with the state at the end of the one before. */
  public boolean carriesState() {
    return kind != Kind.SLIDING;
  }
}
