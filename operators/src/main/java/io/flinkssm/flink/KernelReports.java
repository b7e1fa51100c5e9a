package io.flinkssm.flink;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.ssm.StateSpace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the kernels of a model and summarises them in a thread of its own, so that no record waits
 * for them. All methods belong to the task's thread.
 */
final class KernelReports implements AutoCloseable {
  /** Most taps looked at: memory lengths are reported up to here. */
  static final int MOST_TAPS = 1 << 14;

  private static final Logger LOG = LoggerFactory.getLogger(KernelReports.class);

  private final SequenceModel model;
  private final RateMethod method;
  private final int taps;
  private final ExecutorService thread;
  private final Set<Double> rates = new TreeSet<>();
  private final Deque<Future<List<KernelSummary>>> asked = new ArrayDeque<>();

  /**
   * @param method by which windows take a sampling rate
   * @param windowSize most samples of a window
   */
  KernelReports(SequenceModel model, RateMethod method, int windowSize) {
    this.model = model;
    this.method = method;
    taps = Math.min(MOST_TAPS, windowSize);
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "ssm-kernel-reports");
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * Begins on the kernels at a sampling rate, if it is new.
   *
   * @param preparation makes those that windows will need; runs first
   */
  void at(double sampleRateHz, Runnable preparation) {
    if (rates.add(sampleRateHz)) {
      begin(sampleRateHz, preparation);
    }
  }

  /** Begins anew on all sampling rates so far. */
  void again() {
    if (asked.isEmpty()) {
      rates.forEach(rate -> begin(rate, () -> {}));
    }
  }

  private void begin(double sampleRateHz, Runnable preparation) {
    asked.add(
        thread.submit(
            () -> {
              preparation.run();
              List<KernelSummary> summaries = new ArrayList<>();
              double rate = model.info().sampleRateHz() / sampleRateHz;
              for (StateSpaceLayer layer : model.stateSpaces()) {
                StateSpace system = method.of(layer.system(), rate);
                StateSpaceLayer used = new StateSpaceLayer(layer.name(), layer.stride(), system);
                summaries.add(KernelSummary.of(model.info(), used, sampleRateHz, taps));
              }
              return summaries;
            }));
  }

  /** The summaries that are ready, each once. */
  List<KernelSummary> ready() {
    List<KernelSummary> summaries = List.of();
    while (!asked.isEmpty() && asked.peek().isDone()) {
      summaries = plus(summaries, asked.remove());
    }
    return summaries;
  }

  /** The summaries that are left; waits for them. */
  List<KernelSummary> rest() {
    List<KernelSummary> summaries = List.of();
    while (!asked.isEmpty()) {
      summaries = plus(summaries, asked.remove());
    }
    return summaries;
  }

  /** A summary that fails is missed by people, not by the records. */
  private static List<KernelSummary> plus(
      List<KernelSummary> before, Future<List<KernelSummary>> future) {
    List<KernelSummary> all = new ArrayList<>(before);
    try {
      all.addAll(future.get());
    } catch (ExecutionException e) {
      LOG.warn("Kernels could not be made or summarised", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return all;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
