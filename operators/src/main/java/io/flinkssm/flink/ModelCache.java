package io.flinkssm.flink;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The models of one task manager: every parallel instance that needs a model shares one copy, which
 * is read once, off the task's thread, and given up when the last one closes its lease.
 *
 * <p>The cache is static and so belongs to the class loader of the job. Nothing keeps that alive: a
 * model lives as long as its leases, and threads end a second after the last load. Thread-safe.
 */
public final class ModelCache {
  /** Prefix of the names of loading threads. */
  static final String THREADS = "ssm-model-loader";

  private static final int MAX_THREADS = 2;
  private static final ModelCache SHARED = new ModelCache();

  private final Map<Key, Entry> entries = new HashMap<>();
  private final List<OfThread> ofThreads = new ArrayList<>();
  private final ExecutorService threads;

  private ModelCache() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, THREADS);
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    threads = pool;
  }

  /** The cache of this task manager. */
  public static ModelCache shared() {
    return SHARED;
  }

  /**
   * Asks for a model, and begins to load it if nobody has. Returns at once. A load that failed is
   * not kept: the next one to ask tries again.
   *
   * @param uri model directory
   * @param sha256 hex digest that the weights must have, or empty to take what is there
   * @param loader reads it; loaders of one class are taken to read the same
   * @return to be closed when the model is no longer needed
   */
  public Lease acquire(String uri, String sha256, ModelLoader loader) {
    Key key = new Key(uri, sha256.toLowerCase(Locale.ROOT), loader.getClass());
    synchronized (entries) {
      endWithThreads();
      Entry entry = entries.get(key);
      if (entry == null || entry.model.isCompletedExceptionally()) {
        entry = new Entry(key);
        entries.put(key, entry);
        load(entry, loader);
      }
      entry.leases++;
      return new Lease(this, entry);
    }
  }

  /**
   * Lets a lease of the current thread end with the thread, for holders whose end nobody tells:
   * Flink 2.3 does not close process table functions. It is given up, at the latest, before the
   * next model is acquired.
   */
  void endWithThread(Lease lease) {
    synchronized (entries) {
      ofThreads.add(new OfThread(Thread.currentThread(), lease));
    }
  }

  private record OfThread(Thread thread, Lease lease) {}

  private void endWithThreads() {
    List<OfThread> ended = ofThreads.stream().filter(held -> !held.thread.isAlive()).toList();
    ofThreads.removeAll(ended);
    ended.forEach(held -> held.lease.close());
    ofThreads.removeIf(held -> held.lease.isClosed());
  }

  /** Models that are leased, loaded or not. */
  public int size() {
    synchronized (entries) {
      endWithThreads();
      return entries.size();
    }
  }

  private void load(Entry entry, ModelLoader loader) {
    ClassLoader ofCaller = Thread.currentThread().getContextClassLoader();
    threads.execute(
        () -> {
          Thread thread = Thread.currentThread();
          thread.setContextClassLoader(ofCaller);
          try {
            entry.complete(loader);
          } finally {
            thread.setContextClassLoader(null);
          }
        });
  }

  private void release(Entry entry) {
    synchronized (entries) {
      entry.leases--;
      if (entry.leases == 0) {
        // Another load may have taken the place of a failed one.
        entries.remove(entry.key, entry);
        // A load that has not begun need not.
        entry.model.cancel(false);
      }
    }
  }

  /** What a loaded model is known by. */
  private record Key(String uri, String sha256, Class<?> loader) {
    Key {
      Objects.requireNonNull(uri, "uri");
    }
  }

  /** What a discrete model is made of. */
  private record Rate(double sampleRateHz, RateMethod method, Kernels<?> kernels) {}

  /** One model and those who lease it. */
  private static final class Entry {
    final Key key;
    final CompletableFuture<SequenceModel> model = new CompletableFuture<>();
    final Map<Rate, WeakReference<DiscreteModel<?>>> discrete = new HashMap<>();
    int leases;

    Entry(Key key) {
      this.key = key;
    }

    void complete(ModelLoader loader) {
      if (model.isDone()) {
        return;
      }
      try {
        SequenceModel loaded = loader.load(key.uri);
        String found = loaded.info().sha256();
        if (!key.sha256.isEmpty() && !found.equalsIgnoreCase(key.sha256)) {
          throw new InvalidModelException(
              key.uri
                  + ": the weights have sha256 "
                  + found
                  + ", but "
                  + key.sha256
                  + " is announced; publish the model anew, to a directory of its own");
        }
        model.complete(loaded);
      } catch (Throwable failure) {
        // Errors too: whoever waits must learn of an exhausted heap.
        model.completeExceptionally(failure);
      }
    }
  }

  /** A claim on a model. Not thread-safe but for {@link #close}. */
  public static final class Lease implements AutoCloseable {
    private final ModelCache cache;
    private final Entry entry;
    private boolean closed;

    private Lease(ModelCache cache, Entry entry) {
      this.cache = cache;
      this.entry = entry;
    }

    /** Whether {@link #model} would return, or throw, at once. */
    public boolean isDone() {
      return entry.model.isDone();
    }

    /**
     * The model; waits for it if it is being loaded.
     *
     * @throws IOException if it could not be read, or if the wait was interrupted
     * @throws InvalidModelException if its content, or its digest, is not what it should be
     * @throws IllegalStateException if the lease is closed
     */
    public SequenceModel model() throws IOException {
      if (isClosed()) {
        throw new IllegalStateException("the lease of " + entry.key.uri + " is closed");
      }
      try {
        return entry.model.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted =
            new InterruptedIOException("interrupted while waiting for " + entry.key.uri);
        interrupted.initCause(e);
        throw interrupted;
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      }
    }

    /** A fresh exception of the same kind: several threads may throw it. */
    private IOException failure(Throwable cause) {
      if (cause instanceof InvalidModelException) {
        throw new InvalidModelException(cause.getMessage(), cause);
      }
      if (cause instanceof IOException) {
        return new IOException(cause.getMessage(), cause);
      }
      throw new IllegalStateException("cannot load " + entry.key.uri + ": " + cause, cause);
    }

    /**
     * The model at a sampling rate, shared by all leases for as long as somebody holds it.
     *
     * @see SequenceModel#discretize
     */
    public <A> DiscreteModel<A> at(double sampleRateHz, RateMethod method, Kernels<A> kernels)
        throws IOException {
      SequenceModel model = model();
      Rate rate = new Rate(sampleRateHz, method, kernels);
      synchronized (entry.discrete) {
        WeakReference<DiscreteModel<?>> known = entry.discrete.get(rate);
        @SuppressWarnings("unchecked") // made with these very kernels
        DiscreteModel<A> made = known == null ? null : (DiscreteModel<A>) known.get();
        if (made == null) {
          made = model.discretize(sampleRateHz, method, kernels);
          entry.discrete.values().removeIf(held -> held.get() == null);
          entry.discrete.put(rate, new WeakReference<>(made));
        }
        return made;
      }
    }

    /**
     * The model, with what {@link SequenceModel#discretize} makes shared as {@link #at} shares it:
     * the kernels of windows are made once for a task manager.
     */
    public SequenceModel shared() throws IOException {
      SequenceModel model = model();
      return new SequenceModel() {
        @Override
        public ModelInfo info() {
          return model.info();
        }

        @Override
        public String whyNotStreaming() {
          return model.whyNotStreaming();
        }

        @Override
        public List<StateSpaceLayer> stateSpaces() {
          return model.stateSpaces();
        }

        @Override
        public <A> DiscreteModel<A> discretize(
            double sampleRateHz, RateMethod method, Kernels<A> kernels) {
          try {
            return at(sampleRateHz, method, kernels);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }

    private boolean isClosed() {
      synchronized (cache.entries) {
        return closed;
      }
    }

    /** Gives the claim up; further calls do nothing. */
    @Override
    public void close() {
      synchronized (cache.entries) {
        if (closed) {
          return;
        }
        closed = true;
        cache.release(entry);
      }
    }
  }
}
