package io.flinkssm.jobs.sql;

import io.flinkssm.jobs.demo.Clip;
import io.flinkssm.jobs.demo.ClipCatalogue;
import io.flinkssm.jobs.io.FrameCutter;
import io.flinkssm.jobs.io.SeriesCsv;
import io.flinkssm.jobs.io.Signal;
import io.flinkssm.jobs.io.WavFile;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of the demo's topics, made of the recordings in {@code samples}. */
final class DemoData {
  private static final List<String> WORDS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int CLIPS = 40;
  private static final int PACKET = 160;
  private static final int TENTH = 9;
  private static final long START_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final long CALL_MILLIS = 2000;
  private static final String DEVICE = "elb-8c0756";

  private final Path samples;
  private final SignalFrameCodec codec = new SignalFrameCodec();
  private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

  private DemoData(Path samples) {
    this.samples = samples;
  }

  /**
   * Makes all records.
   *
   * @param samples the folder with {@code digits}, {@code ecg} and {@code series}
   */
  static List<ProducerRecord<byte[], byte[]>> records(Path samples) throws IOException {
    DemoData data = new DemoData(samples);
    data.clips();
    data.audio();
    data.heart();
    data.readings();
    data.devices();
    return data.records;
  }

  private void clips() throws IOException {
    List<Frame> frames = new ArrayList<>();
    for (Clip clip : ClipCatalogue.read(samples.resolve("digits"), WORDS).clips(CLIPS)) {
      String key =
          String.format(
              Locale.ROOT,
              "%s %s %+.0fdB",
              clip.label(),
              clip.rates().replace(" → ", "to").replace(" ", ""),
              clip.gainDecibels());
      clip.frames().forEach(frame -> frames.add(keyed(key, frame)));
    }
    // As they would arrive: all that is said at one time, one after the other.
    frames.sort(Comparator.comparingLong(Frame::startMicros));
    frames.forEach(frame -> frame("clips", frame));
    faulty();
  }

  /** The word three, with one frame that cannot be used, each for another reason. */
  private void faulty() throws IOException {
    Signal word = WavFile.read(samples.resolve("digits/3.wav"));
    List<Frame> frames = FrameCutter.cut(word, START_MILLIS * 1000, PACKET, true);
    for (int i = 0; i < frames.size(); i++) {
      Frame frame = frames.get(i);
      float[] values = frame.samples();
      if (i == TENTH) {
        float[] notANumber = values.clone();
        notANumber[80] = Float.NaN;
        frame("faulty", with(frame, "not a number", frame.sampleRateHz(), notANumber));
        frame("faulty", with(frame, "no rate", 0, values));
        frame("faulty", with(frame, "empty", frame.sampleRateHz(), new float[0]));
      } else {
        for (String key : List.of("not a number", "no rate", "empty")) {
          frame("faulty", keyed(key, frame));
        }
      }
      frame("faulty", keyed("late", frame));
      if (i == 2 * TENTH) {
        frame("faulty", keyed("late", frames.get(TENTH)));
      }
    }
  }

  private void audio() throws IOException {
    for (int digit = 0; digit < WORDS.size(); digit++) {
      String word = WORDS.get(digit);
      float[] samples = WavFile.read(this.samples.resolve("digits/" + digit + ".wav")).samples();
      long start = START_MILLIS + digit * CALL_MILLIS;
      record("recordings", start, word, pcm16(samples));
      for (int from = 0; from < samples.length; from += PACKET) {
        float[] packet = Arrays.copyOfRange(samples, from, Math.min(from + PACKET, samples.length));
        record("calls", start + from / 8, word, muLaw(packet));
      }
    }
  }

  private void heart() throws IOException {
    Signal heart = WavFile.read(samples.resolve("ecg/208.wav"));
    int perFrame = (int) Math.round(heart.sampleRateHz() / 10);
    for (Frame frame : FrameCutter.cut(heart, START_MILLIS * 1000, perFrame, true)) {
      frame("heart", keyed("heart", frame));
    }
  }

  private void readings() throws IOException {
    try (SeriesCsv rows =
        SeriesCsv.open(samples.resolve("series/elb_request_count.csv"), SeriesCsv.Columns.ALL)) {
      for (SeriesCsv.Row row = rows.next(); row != null; row = rows.next()) {
        Instant time = Instant.EPOCH.plus(row.micros(), ChronoUnit.MICROS);
        json(
            "readings",
            time,
            "{\"device\": \"%s\", \"ts\": \"%s\", \"v\": %s}"
                .formatted(DEVICE, time, row.texts()[0]));
      }
    }
  }

  private void devices() {
    String[][] versions = {
      {"2014-04-01T00:00:00Z", "us-east-1", "Anna"},
      {"2014-04-14T00:00:00Z", "us-east-1", "Ben"},
      {"2014-04-21T00:00:00Z", "us-west-2", "Chloé"},
    };
    for (String[] version : versions) {
      json(
          "devices",
          Instant.parse(version[0]),
          "{\"device\": \"%s\", \"site\": \"%s\", \"on_call\": \"%s\", \"since\": \"%s\"}"
              .formatted(DEVICE, version[1], version[2], version[0]));
    }
  }

  private void json(String topic, Instant time, String text) {
    record(topic, time.toEpochMilli(), DEVICE, text.getBytes(StandardCharsets.UTF_8));
  }

  private void frame(String topic, Frame frame) {
    record(topic, Math.floorDiv(frame.startMicros(), 1000L), frame.key(), codec.encode(frame));
  }

  private void record(String topic, long millis, String key, byte[] value) {
    records.add(
        new ProducerRecord<>(topic, 0, millis, key.getBytes(StandardCharsets.UTF_8), value));
  }

  private static Frame keyed(String key, Frame frame) {
    return with(frame, key, frame.sampleRateHz(), frame.samples());
  }

  private static Frame with(Frame frame, String key, double rateHz, float[] samples) {
    return new Frame(
        key, frame.startMicros(), rateHz, 1, samples, frame.endOfSegment(), Frame.Origin.UNKNOWN);
  }

  private static byte[] pcm16(float[] samples) {
    ByteBuffer bytes =
        ByteBuffer.allocate(samples.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : samples) {
      bytes.putShort((short) sample);
    }
    return bytes.array();
  }

  /** G.711: sign, exponent and four bits of each sample, inverted. */
  private static byte[] muLaw(float[] samples) {
    byte[] bytes = new byte[samples.length];
    for (int i = 0; i < samples.length; i++) {
      int magnitude = Math.min(Math.abs((int) samples[i]), 32635) + 132;
      int exponent = 24 - Integer.numberOfLeadingZeros(magnitude);
      int mantissa = magnitude >> (exponent + 3) & 15;
      bytes[i] = (byte) ~((samples[i] < 0 ? 128 : 0) | exponent << 4 | mantissa);
    }
    return bytes;
  }
}
