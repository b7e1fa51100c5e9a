package io.flinkssm.jobs.kafka;

import io.flinkssm.schemas.SignalFrame;
import io.flinkssm.stream.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.ResolvingDecoder;

/**
 * {@link SignalFrame} records to and from {@link Frame}, samples straight to and from {@code
 * float[]}: the generated class would box each of them. Not thread-safe.
 */
public final class SignalFrameCodec {
  private static final Schema CURRENT = SignalFrame.SCHEMA$;
  private static final List<Schema.Field> CURRENT_ORDER = CURRENT.getFields();

  private final ByteArrayDecoder bytes = new ByteArrayDecoder();
  private final Map<Schema, ResolvingDecoder> resolvers = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private BinaryEncoder encoder;

  /** Avro binary of a frame, in the current schema; the origin is not part of it. */
  public byte[] encode(Frame frame) {
    out.reset();
    encoder = EncoderFactory.get().binaryEncoder(out, encoder);
    try {
      encoder.writeString(frame.key());
      encoder.writeLong(frame.startMicros());
      encoder.writeDouble(frame.sampleRateHz());
      encoder.writeInt(frame.channels());
      encoder.writeArrayStart();
      encoder.setItemCount(frame.samples().length);
      for (float sample : frame.samples()) {
        encoder.startItem();
        encoder.writeFloat(sample);
      }
      encoder.writeArrayEnd();
      encoder.writeBoolean(frame.endOfSegment());
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  /**
   * The frame of a record written in the current schema.
   *
   * @throws IOException if the bytes are no such record, or more follow it
   */
  public Frame decode(byte[] record, Frame.Origin origin) throws IOException {
    return decode(CURRENT, record, 0, origin);
  }

  /**
   * The frame of a record.
   *
   * @param writer the schema it was written in
   * @param record bytes that end with the record
   * @param offset where the Avro binary starts
   * @param origin where the record came from
   * @throws IOException if the bytes are no such record, or more follow it
   * @throws org.apache.avro.AvroTypeException if the current schema cannot read the writer's
   */
  Frame decode(Schema writer, byte[] record, int offset, Frame.Origin origin) throws IOException {
    bytes.reset(record, offset);
    Frame frame;
    if (writer.equals(CURRENT)) {
      frame = read(bytes, CURRENT_ORDER, origin);
    } else {
      ResolvingDecoder resolver = resolver(writer);
      frame = read(resolver, List.of(resolver.readFieldOrder()), origin);
      resolver.drain();
    }
    if (bytes.remaining() > 0) {
      throw new IOException(
          bytes.remaining()
              + " bytes follow the record; was it written with another schema? Plain avro needs"
              + " writers and readers of one schema, avro-confluent does not");
    }
    return frame;
  }

  private ResolvingDecoder resolver(Schema writer) throws IOException {
    ResolvingDecoder resolver = resolvers.get(writer);
    if (resolver == null) {
      resolver = DecoderFactory.get().resolvingDecoder(writer, CURRENT, bytes);
      resolvers.put(writer, resolver);
    }
    resolver.configure(bytes);
    return resolver;
  }

  private static Frame read(Decoder in, List<Schema.Field> order, Frame.Origin origin)
      throws IOException {
    String key = "";
    long startMicros = 0;
    double rateHz = 0;
    int channels = 0;
    float[] samples = new float[0];
    boolean endOfSegment = false;
    for (Schema.Field field : order) {
      switch (field.name()) {
        case "key" -> key = in.readString();
        case "start_time" -> startMicros = in.readLong();
        case "sample_rate_hz" -> rateHz = in.readDouble();
        case "channels" -> channels = in.readInt();
        case "samples" -> samples = readFloats(in);
        case "end_of_segment" -> endOfSegment = in.readBoolean();
        default ->
            throw new IllegalStateException(
                "field '" + field.name() + "' of SignalFrame is not read: add it here");
      }
    }
    return new Frame(key, startMicros, rateHz, channels, samples, endOfSegment, origin);
  }

  private static float[] readFloats(Decoder in) throws IOException {
    float[] samples = new float[0];
    int length = 0;
    for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
      int end = Math.addExact(length, Math.toIntExact(count));
      if (end > samples.length) {
        // One block is the rule; doubling keeps a record of many tiny blocks linear.
        samples = Arrays.copyOf(samples, length == 0 ? end : Math.max(end, 2 * length));
      }
      for (; length < end; length++) {
        samples[length] = in.readFloat();
      }
    }
    return length == samples.length ? samples : Arrays.copyOf(samples, length);
  }
}
