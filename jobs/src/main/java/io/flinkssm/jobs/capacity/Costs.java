package io.flinkssm.jobs.capacity;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/**
 * Unit costs, as measured on one machine: CPU time of one core, and bytes.
 *
 * @param machine CPU and JVM that they were measured on
 * @param date when
 * @param s4dNanos a sample, for each element of the state (H·N a layer) of diagonal layers
 * @param dplrNanos the same of diagonal plus low rank layers
 * @param linearNanos a sample, for each weight of the map H → 2H, with all else that follows it
 * @param callNanos a frame, for each element of the state: moving it in and out of the scan
 * @param frameMicros a frame through the job without its model: Kafka's clients, Avro, keyBy
 * @param sampleMicros each of its samples on that way
 * @param operatorMicros a frame in the scoring operator besides arithmetic, state on the heap
 * @param brokerMicros a frame, in and out of an embedded broker; not part of the job
 * @param accessMicros a read and a write of a value in RocksDB, background work included
 * @param accessKilobyteMicros the same for each kilobyte (1000 bytes) of the value
 * @param frameBytes a frame in its topic without its samples
 * @param sampleBytes each sample
 * @param scoreBytes a score of ten outputs in its topic
 */
public record Costs(
    String machine,
    String date,
    double s4dNanos,
    double dplrNanos,
    double linearNanos,
    double callNanos,
    double frameMicros,
    double sampleMicros,
    double operatorMicros,
    double brokerMicros,
    double accessMicros,
    double accessKilobyteMicros,
    double frameBytes,
    double sampleBytes,
    double scoreBytes) {

  private static final String FILE = "costs.properties";

  /** The costs that this release was measured to have. */
  public static Costs measured() {
    Properties costs = new Properties();
    try (InputStream in = Costs.class.getResourceAsStream(FILE)) {
      costs.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE, e);
    }
    return new Costs(
        costs.getProperty("machine"),
        costs.getProperty("date"),
        number(costs, "s4d.ns"),
        number(costs, "dplr.ns"),
        number(costs, "linear.ns"),
        number(costs, "call.ns"),
        number(costs, "frame.us"),
        number(costs, "sample.us"),
        number(costs, "operator.us"),
        number(costs, "broker.us"),
        number(costs, "access.us"),
        number(costs, "access.kb.us"),
        number(costs, "frame.bytes"),
        number(costs, "sample.bytes"),
        number(costs, "score.bytes"));
  }

  /** The text of the file that {@link #measured} reads. */
  public String toProperties() {
    StringWriter out = new StringWriter();
    out.write(
        "# Unit costs of one core; written by `./ssm bench --only capacity`, see docs/capacity.md.\n");
    line(out, "machine", machine);
    line(out, "date", date);
    line(out, "s4d.ns", s4dNanos);
    line(out, "dplr.ns", dplrNanos);
    line(out, "linear.ns", linearNanos);
    line(out, "call.ns", callNanos);
    line(out, "frame.us", frameMicros);
    line(out, "sample.us", sampleMicros);
    line(out, "operator.us", operatorMicros);
    line(out, "broker.us", brokerMicros);
    line(out, "access.us", accessMicros);
    line(out, "access.kb.us", accessKilobyteMicros);
    line(out, "frame.bytes", frameBytes);
    line(out, "sample.bytes", sampleBytes);
    line(out, "score.bytes", scoreBytes);
    return out.toString();
  }

  private static double number(Properties costs, String key) {
    return Double.parseDouble(costs.getProperty(key));
  }

  private static void line(StringWriter out, String key, String value) {
    out.write(key + "=" + value + "\n");
  }

  private static void line(StringWriter out, String key, double value) {
    line(out, key, String.format(Locale.ROOT, "%.4g", value));
  }
}
