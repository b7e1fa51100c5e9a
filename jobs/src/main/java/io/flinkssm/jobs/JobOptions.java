package io.flinkssm.jobs;

import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.kafka.WireFormat;
import io.flinkssm.jobs.registry.RegistryOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;

/**
 * What a job that reads and writes the topics can be told, besides Flink's own options. The state
 * backend, checkpoints and parallelism are Flink's: {@code state.backend.type}, {@code
 * execution.checkpointing.interval}, {@code parallelism.default} and so on.
 */
public final class JobOptions {

  /** Where a job that starts without a checkpoint begins to read. */
  public enum StartingOffsets {
    COMMITTED,
    EARLIEST,
    LATEST;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How records stand in their topics. */
  public enum Format {
    AVRO,
    AVRO_CONFLUENT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public static final ConfigOption<String> BOOTSTRAP_SERVERS =
      ConfigOptions.key("kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("Kafka brokers to connect to first, as host:port,host:port. Required.");

  public static final ConfigOption<String> FRAMES_TOPIC =
      ConfigOptions.key("kafka.topics.frames")
          .stringType()
          .defaultValue("ssm-frames")
          .withDescription("Topic of signal frames, read.");

  public static final ConfigOption<String> SCORES_TOPIC =
      ConfigOptions.key("kafka.topics.scores")
          .stringType()
          .defaultValue("ssm-scores")
          .withDescription("Topic of scores, written.");

  public static final ConfigOption<String> REJECTED_TOPIC =
      ConfigOptions.key("kafka.topics.rejected")
          .stringType()
          .defaultValue("ssm-rejected")
          .withDescription("Topic of records that could not be used, written.");

  public static final ConfigOption<String> RELEASES_TOPIC =
      ConfigOptions.key("kafka.topics.releases")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Control topic of model releases, read from its beginning at every start; `ssm"
                  + " publish-model` writes to "
                  + ReleaseLog.DEFAULT_TOPIC
                  + " unless told otherwise. Must exist and have one partition. Not set: the model"
                  + " never changes.");

  public static final ConfigOption<String> GROUP_ID =
      ConfigOptions.key("kafka.group-id")
          .stringType()
          .defaultValue("flink-ssm")
          .withDescription(
              "Consumer group whose offsets show how far the job has come. A restored job goes by"
                  + " its checkpoint, not by these.");

  public static final ConfigOption<StartingOffsets> STARTING_OFFSETS =
      ConfigOptions.key("kafka.starting-offsets")
          .enumType(StartingOffsets.class)
          .defaultValue(StartingOffsets.COMMITTED)
          .withDescription(
              "Where a job without a checkpoint begins: committed (earliest where the group has no"
                  + " offset), earliest or latest.");

  public static final ConfigOption<Boolean> STOP_AT_END =
      ConfigOptions.key("kafka.stop-at-end")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the job finishes once it has scored what the topic held at its start.");

  public static final ConfigOption<Map<String, String>> CLIENT_PROPERTIES =
      ConfigOptions.key("kafka.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Further properties of the Kafka clients, e.g. --kafka.properties.security.protocol"
                  + " SASL_SSL.");

  public static final ConfigOption<DeliveryGuarantee> DELIVERY_GUARANTEE =
      ConfigOptions.key("kafka.delivery-guarantee")
          .enumType(DeliveryGuarantee.class)
          .defaultValue(DeliveryGuarantee.EXACTLY_ONCE)
          .withDescription(
              "exactly-once: output becomes visible to read_committed consumers with each"
                  + " checkpoint, so its latency is the checkpoint interval. at-least-once: output"
                  + " is visible at once and repeated after a failure, with equal record ids (header"
                  + " ssm-record-id).");

  public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
      ConfigOptions.key("kafka.transactional-id-prefix")
          .stringType()
          .defaultValue("flink-ssm")
          .withDescription(
              "Begins the transactional ids of exactly-once output. Must differ between jobs on one"
                  + " Kafka cluster and stay the same over a job's life: after a change, open"
                  + " transactions hold up consumers until they time out.");

  public static final ConfigOption<TransactionNamingStrategy> TRANSACTION_NAMING =
      ConfigOptions.key("kafka.transaction-naming")
          .enumType(TransactionNamingStrategy.class)
          .defaultValue(TransactionNamingStrategy.POOLING)
          .withDescription(
              "POOLING reuses transactional ids and lists open transactions at restart; it needs"
                  + " Kafka 3.0 and the permission to describe transactions. INCREMENTING uses a new"
                  + " id for every checkpoint. There is no way back from POOLING to INCREMENTING.");

  public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
      ConfigOptions.key("kafka.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "After how long the broker aborts a transaction. Must exceed the longest checkpoint"
                  + " plus the longest restart, or output is lost, and must not exceed the broker's"
                  + " transaction.max.timeout.ms (15 min by default).");

  public static final ConfigOption<Format> FORMAT =
      ConfigOptions.key("kafka.format")
          .enumType(Format.class)
          .defaultValue(Format.AVRO)
          .withDescription(
              "avro: plain Avro binary in the current schemas. avro-confluent: behind the schema"
                  + " registry's header, needs registry.url.");

  public static final ConfigOption<String> REGISTRY_URL =
      ConfigOptions.key("registry.url")
          .stringType()
          .noDefaultValue()
          .withDescription("Address of the schema registry, e.g. http://registry:8081.");

  public static final ConfigOption<String> REGISTRY_USER =
      ConfigOptions.key("registry.user")
          .stringType()
          .noDefaultValue()
          .withDescription("User for the registry's basic authentication.");

  public static final ConfigOption<String> REGISTRY_PASSWORD =
      ConfigOptions.key("registry.password")
          .stringType()
          .noDefaultValue()
          .withDescription("Password for the registry's basic authentication.");

  public static final ConfigOption<Duration> IDLENESS =
      ConfigOptions.key("kafka.idleness")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "After how long without records a partition no longer holds up event time; 0 for"
                  + " never.");

  public static final ConfigOption<Duration> MAX_AHEAD =
      ConfigOptions.key("kafka.max-ahead")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "How far the start of a frame may lie ahead of its record's Kafka timestamp; frames"
                  + " beyond are rejected as BAD_TIME. Event time never goes back, so one frame from"
                  + " a clock years ahead would make all others late. Raise it for simulated time"
                  + " that lies in the future.");

  private JobOptions() {}

  /** All options, in the order of the documentation. */
  public static List<ConfigOption<?>> all() {
    return List.of(
        BOOTSTRAP_SERVERS,
        FRAMES_TOPIC,
        SCORES_TOPIC,
        REJECTED_TOPIC,
        RELEASES_TOPIC,
        GROUP_ID,
        STARTING_OFFSETS,
        STOP_AT_END,
        CLIENT_PROPERTIES,
        DELIVERY_GUARANTEE,
        TRANSACTIONAL_ID_PREFIX,
        TRANSACTION_NAMING,
        TRANSACTION_TIMEOUT,
        FORMAT,
        REGISTRY_URL,
        REGISTRY_USER,
        REGISTRY_PASSWORD,
        IDLENESS,
        MAX_AHEAD);
  }

  /**
   * The options of a job that may run beside the scoring job, whose consumer group and
   * transactional ids it must not share.
   *
   * @param name stands for both, where they are not set
   */
  static Configuration ofJob(String name, ReadableConfig config) {
    Configuration own = Configuration.fromMap(config.toMap());
    for (ConfigOption<String> option : List.of(GROUP_ID, TRANSACTIONAL_ID_PREFIX)) {
      if (!own.contains(option)) {
        own.set(option, name);
      }
    }
    return own;
  }

  /**
   * Addresses of the brokers.
   *
   * @throws IllegalArgumentException if they are not set
   */
  static String bootstrapServers(ReadableConfig config) {
    return config
        .getOptional(BOOTSTRAP_SERVERS)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "option kafka.bootstrap-servers is missing: set it to the brokers'"
                        + " addresses, e.g. --kafka.bootstrap-servers kafka:9092"));
  }

  /**
   * The control topic of a configuration, empty if it has none.
   *
   * @throws IllegalArgumentException if the options contradict each other or a required one is
   *     missing
   */
  public static Optional<ReleaseLog> releaseLog(ReadableConfig config) {
    return config
        .getOptional(RELEASES_TOPIC)
        .map(
            topic -> {
              Map<String, String> properties = new HashMap<>(config.get(CLIENT_PROPERTIES));
              properties.put("bootstrap.servers", bootstrapServers(config));
              return new ReleaseLog(topic, wireFormat(config), properties);
            });
  }

  /**
   * The wire format of a configuration.
   *
   * @throws IllegalArgumentException if the registry's options do not fit the format
   */
  public static WireFormat wireFormat(ReadableConfig config) {
    String url = config.getOptional(REGISTRY_URL).orElse(null);
    if (config.get(FORMAT) == Format.AVRO) {
      if (url != null) {
        throw new IllegalArgumentException(
            "registry.url is " + url + " but kafka.format is avro: set it to avro-confluent");
      }
      return WireFormat.plain();
    }
    if (url == null) {
      throw new IllegalArgumentException(
          "kafka.format is avro-confluent: set registry.url to the schema registry's address");
    }
    String user = config.getOptional(REGISTRY_USER).orElse(null);
    String password = config.getOptional(REGISTRY_PASSWORD).orElse(null);
    return WireFormat.confluent(RegistryOptions.of(url).withBasicAuth(user, password));
  }
}
