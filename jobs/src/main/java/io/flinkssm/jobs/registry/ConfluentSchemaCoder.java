package io.flinkssm.jobs.registry;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.flink.formats.avro.SchemaCoder;

/**
 * The header of the Confluent wire format, which names the writer's schema.
 *
 * <pre>
 * offset  length  meaning
 * 0       1       magic byte, 0
 * 1       4       schema id, big-endian
 * 5       –       Avro binary
 * </pre>
 */
public final class ConfluentSchemaCoder implements SchemaCoder {
  /** Bytes before the Avro body. */
  public static final int HEADER_LENGTH = 5;

  private final String subject;
  private final SchemaRegistry registry;

  /**
   * A coder for one topic.
   *
   * @param subject where schemas are registered, {@code <topic>-value} by custom
   * @param registry the client to ask
   */
  public ConfluentSchemaCoder(String subject, SchemaRegistry registry) {
    this.subject = subject;
    this.registry = registry;
  }

  /** Subject of a topic's record values. */
  public static String subject(String topic) {
    return topic + "-value";
  }

  /** Makes a coder, with a client of its own, in each task. */
  public static SchemaCoderProvider provider(String topic, RegistryOptions options) {
    return new Provider(subject(topic), options);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnknownSchemaException if there is no such header or the registry has no such schema
   */
  @Override
  public Schema readSchema(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int id;
    try {
      int magic = data.readByte();
      if (magic != 0) {
        throw new UnknownSchemaException(
            "first byte is " + magic + ", expected 0, the schema registry's wire format", null);
      }
      id = data.readInt();
    } catch (EOFException e) {
      throw new UnknownSchemaException(
          "record ends inside its " + HEADER_LENGTH + "-byte schema header", e);
    }
    return registry.schema(id);
  }

  @Override
  public void writeSchema(Schema schema, OutputStream out) throws IOException {
    byte[] header =
        ByteBuffer.allocate(HEADER_LENGTH)
            .put((byte) 0)
            .putInt(registry.register(subject, schema))
            .array();
    out.write(header);
  }

  private record Provider(String subject, RegistryOptions options) implements SchemaCoderProvider {
    @Override
    public SchemaCoder get() {
      return new ConfluentSchemaCoder(subject, new SchemaRegistry(options));
    }
  }
}
