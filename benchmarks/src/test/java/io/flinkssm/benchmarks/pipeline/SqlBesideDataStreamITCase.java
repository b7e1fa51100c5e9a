package io.flinkssm.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlBesideDataStreamITCase {
  private static final Path MODEL = Path.of("..", "models", "spoken-digits-s4d");
  private static final int FRAMES = 1000;

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void bothJobsGiveAScoreForEveryFrame(int samples) throws Exception {
    SqlBesideDataStream job =
        new SqlBesideDataStream(MODEL, 10, samples, 8000, Backend.HEAP, false);
    assertThat(job.dataStream(FRAMES).wallNanos()).isPositive();
    assertThat(job.sql(FRAMES).wallNanos()).isPositive();
  }
}
