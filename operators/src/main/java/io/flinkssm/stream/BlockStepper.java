package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
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
  private final DiscreteModel.Workspace<A> workspace;
  private final A input;
  private final A output;

  BlockStepper(DiscreteModel<A> anyRate, Kernels<A> kernels) {
    workspace = anyRate.newWorkspace(ROWS);
    input = kernels.allocate(ROWS * anyRate.model().info().inputChannels());
    output = kernels.allocate(ROWS * anyRate.model().info().outputSize());
  }

  /** Takes the cursors {@code from} … {@code to − 1} to their ends. */
  void run(List<KeyCursor<A>> cursors, int from, int to) {
    int first = from;
    while (first < to) {
      DiscreteModel<A> model = null;
      int rows = 0;
      for (int i = first; i < to && rows < ROWS; i++) {
        KeyCursor<A> cursor = cursors.get(i);
        DiscreteModel<A> wanted = cursor.model();
        if (wanted == null) {
          first += i == first ? 1 : 0;
          continue;
        }
        model = model == null ? wanted : model;
        if (wanted == model) {
          int samples = cursor.fill(input, rows, ROWS - rows);
          runs.add(cursor.recurrence(), samples, cursor.outputs());
          stepped.add(cursor);
          rows += samples;
        }
      }
      if (rows > 0) {
        model.advance(runs, input, output, workspace);
        for (int k = 0; k < stepped.size(); k++) {
          stepped.get(k).take(output, runs.outputStart(k));
        }
        runs.clear();
        stepped.clear();
      }
    }
  }
}
