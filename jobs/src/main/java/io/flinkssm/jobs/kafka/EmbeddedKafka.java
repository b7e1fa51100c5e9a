package io.flinkssm.jobs.kafka;

import io.flinkssm.jobs.io.TemporaryFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker inside this JVM: one node, broker and KRaft controller, on two free loopback
 * ports, its data in a temporary directory that {@link #close()} deletes. Transactions work. For
 * demonstrations and tests; nothing survives it.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final int ATTEMPTS = 3;

  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final TemporaryFolder directory;
  private boolean closed;

  private EmbeddedKafka(
      KafkaRaftServer server, String bootstrapServers, TemporaryFolder directory) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
    this.directory = directory;
  }

  /**
   * Starts a broker and waits until it answers.
   *
   * @throws IllegalStateException if no broker starts, with the last attempt's cause
   */
  public static EmbeddedKafka start() {
    RuntimeException failure = null;
    // Another process can take a port between its choice and the broker's bind: choose anew.
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        return startOnce();
      } catch (RuntimeException e) {
        LOG.info("Embedded Kafka did not start, attempt {} of {}: {}", attempt, ATTEMPTS, e, e);
        failure = e;
      }
    }
    throw new IllegalStateException(
        "No embedded Kafka broker after " + ATTEMPTS + " attempts, see the cause", failure);
  }

  private static EmbeddedKafka startOnce() {
    TemporaryFolder directory = temporaryDirectory();
    KafkaRaftServer server = null;
    try {
      int[] ports = freePorts(2);
      Properties properties = properties(ports[0], ports[1], directory.path().resolve("data"));
      format(properties, directory.path());
      LOG.info("Starting an embedded Kafka broker on port {}", ports[0]);
      server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
      server.startup();
      LOG.info("Embedded Kafka broker is up on port {}", ports[0]);
      return new EmbeddedKafka(server, "127.0.0.1:" + ports[0], directory);
    } catch (IOException e) {
      directory.close();
      throw new UncheckedIOException(
          "Cannot prepare the broker's directory " + directory.path(), e);
    } catch (RuntimeException e) {
      if (server != null) {
        server.shutdown();
      }
      directory.close();
      throw e;
    }
  }

  /** The broker's {@code host:port}, what clients call {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates a topic and waits for it.
   *
   * @param name topic, must not exist
   * @param partitions number of partitions, ≥ 1
   */
  public void createTopic(String name, int partitions) {
    createTopics(partitions, name);
  }

  /**
   * Creates topics of equally many partitions and waits for them.
   *
   * @param partitions number of partitions, ≥ 1
   * @param names topics, must not exist
   */
  public void createTopics(int partitions, String... names) {
    List<NewTopic> topics =
        Stream.of(names).map(name -> new NewTopic(name, partitions, (short) 1)).toList();
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Cannot create topics " + List.of(names) + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while creating topics " + List.of(names), e);
    }
  }

  /** Where the broker keeps its data. */
  Path directory() {
    return directory.path();
  }

  /** Stops the broker and deletes its data. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    server.shutdown();
    server.awaitShutdown();
    directory.close();
  }

  private static Properties properties(int brokerPort, int controllerPort, Path data) {
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", "1");
    p.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    p.setProperty(
        "listeners",
        "PLAINTEXT://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + brokerPort);
    p.setProperty("controller.listener.names", "CONTROLLER");
    p.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.setProperty("log.dirs", data.toString());
    p.setProperty("auto.create.topics.enable", "false");
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    // One node: every internal topic has one replica, and one partition starts fastest.
    p.setProperty("offsets.topic.num.partitions", "1");
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("transaction.state.log.num.partitions", "1");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("share.coordinator.state.topic.num.partitions", "1");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    return p;
  }

  private static void format(Properties properties, Path directory) throws IOException {
    Path file = directory.resolve("server.properties");
    try (var out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status;
    try (PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      status =
          StorageTool.execute(
              new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
              print);
    }
    if (status != 0) {
      throw new IllegalStateException(
          "Formatting the broker's storage failed: " + said.toString(StandardCharsets.UTF_8));
    }
  }

  private static int[] freePorts(int count) throws IOException {
    ServerSocket[] sockets = new ServerSocket[count];
    int[] ports = new int[count];
    try {
      // All open at once, so that they differ.
      for (int i = 0; i < count; i++) {
        sockets[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ports[i] = sockets[i].getLocalPort();
      }
    } finally {
      for (ServerSocket socket : sockets) {
        if (socket != null) {
          socket.close();
        }
      }
    }
    return ports;
  }

  private static TemporaryFolder temporaryDirectory() {
    try {
      return TemporaryFolder.create("flink-ssm-kafka-");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create a temporary directory for the broker", e);
    }
  }
}
