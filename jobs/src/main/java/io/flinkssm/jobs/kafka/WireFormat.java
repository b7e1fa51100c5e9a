package io.flinkssm.jobs.kafka;

import io.flinkssm.jobs.registry.ConfluentSchemaCoder;
import io.flinkssm.jobs.registry.RegistryOptions;
import java.io.Serializable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.formats.avro.AvroSerializationSchema;
import org.apache.flink.formats.avro.RegistryAvroSerializationSchema;
import org.apache.flink.formats.avro.SchemaCoder;

/**
 * How Avro records stand in a topic: plain, or behind the schema registry's header.
 *
 * @param registry the registry, or null for plain Avro
 */
public record WireFormat(RegistryOptions registry) implements Serializable {

  /** Avro binary and nothing else. */
  public static WireFormat plain() {
    return new WireFormat(null);
  }

  /** Avro binary behind a header that names the writer's schema in a registry. */
  public static WireFormat confluent(RegistryOptions registry) {
    return new WireFormat(registry);
  }

  /** Whether the writer's schema comes from a registry. */
  boolean hasRegistry() {
    return registry != null;
  }

  /** Reads the headers of a topic; only with a registry. */
  SchemaCoder coder(String topic) {
    return ConfluentSchemaCoder.provider(topic, registry).get();
  }

  /** Writes the records of a topic. */
  <R extends SpecificRecord> SerializationSchema<R> serializer(Class<R> type, String topic) {
    return hasRegistry()
        ? RegistryAvroSerializationSchema.forSpecific(
            type, ConfluentSchemaCoder.provider(topic, registry))
        : AvroSerializationSchema.forSpecific(type);
  }
}
