package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ToyModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelCacheTest {
  private static final ModelCache CACHE = ModelCache.shared();

  /** Counts, waits for leave, and fails as often as it is told to. */
  private static final class CountingLoader implements ModelLoader {
    private static final long serialVersionUID = 1L;
    final transient AtomicInteger loads = new AtomicInteger();
    final transient List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    transient CountDownLatch leave = new CountDownLatch(0);
    transient Throwable failure;

    @Override
    public SequenceModel load(String uri) throws IOException {
      loads.incrementAndGet();
      threads.add(Thread.currentThread());
      try {
        leave.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (failure instanceof IOException io) {
        throw io;
      } else if (failure instanceof RuntimeException wrong) {
        throw wrong;
      } else if (failure instanceof Error error) {
        throw error;
      }
      return new ToyModel(uri.substring(4), ModelInfo.Task.CLASSIFICATION, 1);
    }
  }

  private final CountingLoader loader = new CountingLoader();

  @AfterEach
  void nothingIsLeft() {
    assertThat(CACHE.size()).isZero();
  }

  @Test
  void oneModelServesAllUntilTheLastLeaseCloses() throws IOException {
    ModelCache.Lease first = CACHE.acquire("toy:1", "001", loader);
    ModelCache.Lease second = CACHE.acquire("toy:1", "001", loader);
    assertThat(second.model()).isSameAs(first.model());
    assertThat(loader.loads).hasValue(1);
    assertThat(first.isDone()).isTrue();
    first.close();
    first.close();
    assertThatThrownBy(first::model).isInstanceOf(IllegalStateException.class);
    try (ModelCache.Lease third = CACHE.acquire("toy:1", "001", loader)) {
      assertThat(third.model()).isSameAs(second.model());
      second.close();
      assertThat(CACHE.size()).isEqualTo(1);
    }
    assertThat(CACHE.size()).isZero();
    try (ModelCache.Lease later = CACHE.acquire("toy:1", "001", loader)) {
      assertThat(later.model().info().version()).isEqualTo("1");
    }
    assertThat(loader.loads).hasValue(2);
  }

  @Test
  void aLeaseOfAThreadEndsWithIt() throws Exception {
    Thread holder = new Thread(() -> CACHE.endWithThread(CACHE.acquire("toy:1", "", loader)));
    holder.start();
    holder.join();
    assertThat(CACHE.size()).isZero();
    try (ModelCache.Lease later = CACHE.acquire("toy:1", "", loader)) {
      CACHE.endWithThread(later);
      later.model();
      assertThat(CACHE.size()).isOne();
    }
    assertThat(CACHE.size()).isZero();
  }

  @Test
  void differentPlacesAndDigestsAreDifferentModels() throws IOException {
    try (ModelCache.Lease one = CACHE.acquire("toy:1", "", loader);
        ModelCache.Lease digest = CACHE.acquire("toy:1", "001", loader);
        ModelCache.Lease two = CACHE.acquire("toy:2", "", loader)) {
      assertThat(List.of(one.model(), digest.model(), two.model())).doesNotHaveDuplicates();
      assertThat(loader.loads).hasValue(3);
    }
  }

  @Test
  void digestsAreComparedWhateverTheirCase() throws IOException {
    try (ModelCache.Lease lease = CACHE.acquire("toy:ab", "00AB", loader)) {
      assertThat(lease.model().info().sha256()).isEqualTo("00ab");
    }
  }

  @Test
  void anotherDigestThanAnnouncedIsRefused() {
    try (ModelCache.Lease lease = CACHE.acquire("toy:1", "002", loader)) {
      assertThatThrownBy(lease::model)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("toy:1")
          .hasMessageContaining("sha256 001")
          .hasMessageContaining("002");
    }
  }

  @Test
  void failuresAreNotKept() throws IOException {
    loader.failure = new IOException("disk on fire");
    ModelCache.Lease failed = CACHE.acquire("toy:1", "", loader);
    assertThatThrownBy(failed::model).isInstanceOf(IOException.class).hasMessage("disk on fire");
    loader.failure = null;
    try (ModelCache.Lease again = CACHE.acquire("toy:1", "", loader)) {
      assertThat(again.model().info().version()).isEqualTo("1");
      assertThatThrownBy(failed::model).as("what it was told").isInstanceOf(IOException.class);
      failed.close();
      assertThat(CACHE.size()).as("the other one's").isEqualTo(1);
    }
  }

  @Test
  void kindsOfFailureAreTold() {
    loader.failure = new InvalidModelException("NaN in weight");
    try (ModelCache.Lease lease = CACHE.acquire("toy:1", "", loader)) {
      assertThatThrownBy(lease::model)
          .isInstanceOf(InvalidModelException.class)
          .hasMessage("NaN in weight");
    }
    loader.failure = new OutOfMemoryError("tiny heap");
    try (ModelCache.Lease lease = CACHE.acquire("toy:1", "", loader)) {
      assertThatThrownBy(lease::model)
          .isInstanceOf(IllegalStateException.class)
          .hasRootCause(loader.failure);
    }
  }

  @Test
  void loadsOffTheCallersThreadAndCanBeLeftAlone() throws Exception {
    loader.leave = new CountDownLatch(1);
    ModelCache.Lease lease = CACHE.acquire("toy:1", "", loader);
    assertThat(lease.isDone()).isFalse();
    lease.close();
    assertThat(CACHE.size()).isZero();
    ModelCache.Lease again = CACHE.acquire("toy:1", "", loader);
    loader.leave.countDown();
    assertThat(again.model().info().version()).isEqualTo("1");
    again.close();
    assertThat(loader.threads).doesNotContain(Thread.currentThread());
  }

  @Test
  void waitingCanBeInterrupted() {
    loader.leave = new CountDownLatch(1);
    try (ModelCache.Lease lease = CACHE.acquire("toy:1", "", loader)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(lease::model).isInstanceOf(IOException.class);
      assertThat(Thread.interrupted()).as("still to be seen by the task").isTrue();
    } finally {
      loader.leave.countDown();
    }
  }

  @Test
  void threadsEnd() throws Exception {
    try (ModelCache.Lease lease = CACHE.acquire("toy:1", "", loader)) {
      lease.model();
      Thread thread = loader.threads.get(0);
      assertThat(thread.isDaemon()).isTrue();
      assertThat(thread.getName()).startsWith(ModelCache.THREADS);
      thread.join(TimeUnit.MINUTES.toMillis(1));
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void discreteModelsAreShared() throws IOException {
    try (ModelCache.Lease one = CACHE.acquire("toy:1", "", loader);
        ModelCache.Lease two = CACHE.acquire("toy:1", "", loader)) {
      var held = one.at(1000, RateMethod.AUTO, Kernels.float32());
      assertThat(two.at(1000, RateMethod.AUTO, Kernels.float32())).isSameAs(held);
      assertThat(two.shared().discretize(1000, Kernels.float32())).isSameAs(held);
      assertThat(two.at(1000, RateMethod.PLAIN, Kernels.float32())).isNotSameAs(held);
      assertThat(two.at(500, RateMethod.AUTO, Kernels.float32())).isNotSameAs(held);
      assertThat(two.at(1000, RateMethod.AUTO, Kernels.float64()).sampleRateHz()).isEqualTo(1000);
      assertThat(((ToyModel) one.model()).discretizations()).isEqualTo(4);
    }
  }

  @Test
  void manyThreadsLoadOnce() throws Exception {
    int callers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    try {
      CountDownLatch start = new CountDownLatch(1);
      CountDownLatch loaded = new CountDownLatch(callers);
      List<Future<SequenceModel>> seen = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        seen.add(
            pool.submit(
                () -> {
                  start.await();
                  try (ModelCache.Lease lease = CACHE.acquire("toy:1", "", loader)) {
                    SequenceModel model = lease.model();
                    loaded.countDown();
                    loaded.await();
                    return model;
                  }
                }));
      }
      start.countDown();
      SequenceModel first = seen.get(0).get();
      for (Future<SequenceModel> one : seen) {
        assertThat(one.get()).isSameAs(first);
      }
      assertThat(loader.loads).hasValue(1);
    } finally {
      pool.shutdownNow();
    }
  }
}
