package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Runs;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps the samples of some cursors, as many as fit into a block at once: one block is one walk
 * through the model's parameters, whosever samples it holds.
 */
final class BlockStepper<A> {
  /** Rows of a block. */
  static final int ROWS = Scorer.BLOCK;

  private final Runs<A> runs = new Runs<>();
  private final List<KeyCursor<A>> stepped = new ArrayList<>();

  /** Takes the cursors {@code from} … {@code to − 1} to their ends. */
  void run(List<KeyCursor<A>> cursors, int from, int to) {
    int first = from;
    while (first < to) {
      DiscreteModel<A> model = null;
      Version<A> version = null;
      DiscreteModel.Workspace<A> workspace = null;
      int rows = 0;
      for (int i = first; i < to && rows < ROWS; i++) {
        KeyCursor<A> cursor = cursors.get(i);
        DiscreteModel<A> wanted = cursor.model();
        if (wanted == null) {
          first += i == first ? 1 : 0;
          continue;
        }
        if (model == null) {
          model = wanted;
          version = cursor.version();
          workspace = version.workspace(model);
        }
        if (wanted == model) {
          int samples = cursor.fill(version.input(), rows, ROWS - rows);
          runs.add(
              cursor.recurrence(),
              samples,
              cursor.outputs(),
              cursor.anchorMicros(),
              cursor.sinceAnchor());
          stepped.add(cursor);
          rows += samples;
        }
      }
      if (rows > 0) {
        model.advance(runs, version.input(), version.output(), workspace);
        for (int k = 0; k < stepped.size(); k++) {
          stepped.get(k).take(version.output(), runs.outputStart(k));
        }
        runs.clear();
        stepped.clear();
      }
    }
  }
}
