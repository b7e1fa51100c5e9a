package io.flinkssm.jobs.warmstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.flink.DetectionOptions;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.ScoringState;
import io.flinkssm.jobs.local.LocalCluster;
import io.flinkssm.stream.Detection;
import io.flinkssm.stream.KeyState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/** What detectors have learned, out of a savepoint or a retained checkpoint. */
public final class StoredDetectors {

  private StoredDetectors() {}

  /**
   * Reads a savepoint, on a Flink cluster in this JVM.
   *
   * @param savepoint URI of its directory
   * @param options those of the detection job: {@code ssm.state-ttl} and the state backend matter
   * @param keys which keys; empty for all
   * @param line gets a JSON object a key, in no order
   * @throws IOException if there is no such savepoint, or no detector's state in it
   */
  public static void read(
      String savepoint, ReadableConfig options, Set<String> keys, Consumer<String> line)
      throws Exception {
    try (LocalCluster cluster = LocalCluster.create()) {
      StreamExecutionEnvironment env =
          cluster.environment(1, Configuration.fromMap(options.toMap()));
      Duration ttl = DetectionOptions.withDefaults(options).get(ScoringOptions.STATE_TTL);
      CloseableIterator<String> lines =
          SavepointReader.read(env, savepoint)
              .readKeyedState(
                  OperatorIdentifier.forUid(ScoringState.DETECTION_UID),
                  new Reader(ttl, keys.stream().sorted().toArray(String[]::new)),
                  Types.STRING,
                  Types.STRING)
              .filter(text -> !text.isEmpty())
              .executeAndCollect("read " + savepoint);
      try {
        lines.forEachRemaining(line);
      } finally {
        lines.close();
      }
    }
  }

  private static final class Reader extends KeyedStateReaderFunction<String, String> {
    private static final long serialVersionUID = 1L;

    private final Duration ttl;

    /** Sorted. */
    private final String[] keys;

    private transient ValueState<KeyState<?>> states;
    private transient ObjectMapper mapper;

    Reader(Duration ttl, String[] keys) {
      this.ttl = ttl;
      this.keys = keys;
    }

    @Override
    public void open(OpenContext context) {
      states = getRuntimeContext().getState(ScoringState.keyState(ttl));
      mapper = new ObjectMapper();
    }

    @Override
    public void readKey(String key, Context context, Collector<String> out) throws Exception {
      if (keys.length > 0 && Arrays.binarySearch(keys, key) < 0) {
        // A key of which nothing is collected would end the reading.
        out.collect("");
        return;
      }
      KeyState<?> state = states.value();
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("key", key);
      object.put("since", iso(state.segmentStartMicros()));
      object.put("position", state.position());
      object.put("learned", Detection.learned(state));
      out.collect(mapper.writeValueAsString(object));
    }

    private static String iso(long micros) {
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
  }
}
