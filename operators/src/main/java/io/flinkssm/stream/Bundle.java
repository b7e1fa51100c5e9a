package io.flinkssm.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Frames of some keys that are scored together: the state of each key is read and written once,
 * consecutive frames of a key are stepped as one, and so are the samples of different keys. The
 * scores of each key are those of its frames one by one, bit by bit and in that order; those of
 * different keys leave in an order of the bundle's own.
 *
 * <p>Frames are held as they are, so nobody may change their samples meanwhile. Reused from bundle
 * to bundle without allocating; not thread-safe, nor to be mixed with others of its scorer.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class Bundle<A> {
  /** Keys whose states are in memory at once: enough to fill a block with one sample of each. */
  private static final int KEYS = BlockStepper.ROWS;

  private final Shared<A> shared;
  private final BlockStepper<A> stepper;
  private final KeyIndex index = new KeyIndex();
  private final List<KeyCursor<A>> cursors = new ArrayList<>();
  private int frames;
  private long values;

  Bundle(Shared<A> shared, BlockStepper<A> stepper) {
    this.shared = shared;
    this.stepper = stepper;
  }

  /** Adds a frame that passed {@link Scorer#check}. */
  public void add(Frame frame) {
    int number = index.numberOf(frame.key());
    if (number == cursors.size()) {
      cursors.add(new KeyCursor<>(shared));
    }
    cursors.get(number).add(frame);
    frames++;
    values += frame.samples().length;
  }

  public boolean isEmpty() {
    return frames == 0;
  }

  /** Frames held. */
  public int frames() {
    return frames;
  }

  /** Keys of the frames held. */
  public int keys() {
    return index.size();
  }

  /** Sample values of the frames held, which is what they cost: 4 bytes each. */
  public long values() {
    return values;
  }

  /** Visits the frames held, key by key in order of first arrival. */
  public void forEach(Consumer<Frame> visitor) {
    for (int number = 0; number < index.size(); number++) {
      KeyCursor<A> cursor = cursors.get(number);
      for (int i = 0; i < cursor.frames(); i++) {
        visitor.accept(cursor.frame(i));
      }
    }
  }

  /**
   * Scores all frames and forgets them.
   *
   * @param states read once for each key, then written once if changed
   */
  public void score(KeyedStates states, ScoringSink sink) throws IOException {
    int to;
    for (int from = 0; from < index.size(); from = to) {
      to = Math.min(index.size(), from + KEYS);
      for (int number = from; number < to; number++) {
        String key = index.key(number);
        cursors.get(number).start(key, states.read(key), sink);
      }
      stepper.run(cursors, from, to);
      for (int number = from; number < to; number++) {
        KeyCursor<A> cursor = cursors.get(number);
        if (cursor.changed() != null) {
          states.write(index.key(number), cursor.changed());
        }
        cursor.clear();
      }
    }
    index.clear();
    frames = 0;
    values = 0;
  }
}
