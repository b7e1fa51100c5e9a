package io.flinkssm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.testing.SafetensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Model directories with seeded damage: every one is read, or refused by an error that names the
 * file. {@code -Dflinkssm.fuzz.seconds=60} goes on for longer.
 */
class HostileModelTest {

  private static final int CASES = 3000;
  private static final Integer SECONDS = Integer.getInteger("flinkssm.fuzz.seconds");
  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d.]*");
  private static final Pattern WORD = Pattern.compile("\"[a-zA-Z_0-9.-]+\"");
  private static final String[] NUMBERS = {
    "0",
    "-1",
    "1",
    "2",
    "7",
    "2147483647",
    "2147483648",
    "-2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "1e9",
    "1e999",
    "-0.0",
    "0.5",
    "1073741824",
    "null",
    "true",
    "[]",
    "{}",
    "\"1\"",
    "[2147483647,2147483647]"
  };
  private static final String[] WORDS = {
    "\"diag\"", "\"dplr\"", "\"glu\"", "\"none\"", "\"F16\"", "\"BOOL\"", "\"dss\"", "\"exp\"",
    "\"relu\"", "\"softplus\"", "\"s4-backbone\"", "\"batch\"", "\"forecast\"", "\"\"", "null", "1",
    "true", "[\"a\"]", "{\"a\":1}"
  };
  private static final double[] VALUES = {
    0, -0.0, 1e-300, -40, 40, 1e6, 1e9, 1e300, -1e300, Double.NaN, Double.POSITIVE_INFINITY
  };
  private static final long[] LENGTHS = {
    0, 1, 2, 7, 8, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, (1L << 31) - 1, 1L << 32
  };

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutDamageBothModelsAreRead(boolean backbone) throws IOException {
    byte[] weights = weights(new Random(1), backbone).bytes();
    readAll(config(backbone).getBytes(StandardCharsets.UTF_8), weights);
  }

  @Test
  void damageIsReadOrRefusedByNameAndNothingElse() {
    long end = SECONDS == null ? 0 : System.nanoTime() + SECONDS * 1_000_000_000L;
    int refused = 0;
    int read = 0;
    for (int seed = 0; SECONDS == null ? seed < CASES : System.nanoTime() < end; seed++) {
      Random random = new Random(seed);
      boolean backbone = random.nextBoolean();
      byte[] config = config(backbone).getBytes(StandardCharsets.UTF_8);
      byte[] weights = weights(random, backbone).bytes();
      int changes = 1 + random.nextInt(3);
      for (int i = 0; i < changes; i++) {
        if (random.nextInt(3) == 0) {
          boolean text = random.nextInt(5) > 0;
          config = text ? textDamaged(random, config) : damaged(random, config);
        } else {
          weights =
              switch (random.nextInt(4)) {
                case 0 -> headerDamaged(random, weights);
                case 1, 2 -> valueDamaged(random, weights);
                default -> damaged(random, weights);
              };
        }
      }
      String what = "seed " + seed + ": ";
      try {
        readAll(config, weights);
        read++;
      } catch (InvalidModelException e) {
        assertThat(e.getMessage()).as(what).contains("store/hostile/").hasSizeLessThan(20_000);
        assertThat(e.getMessage()).as(what).containsAnyOf("config.json", "model.safetensors");
        refused++;
      } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw new AssertionError(what + e, e);
      }
    }
    assertThat(refused).isGreaterThan((refused + read) / 2);
    assertThat(read).isGreaterThan((refused + read) / 100);
    if (SECONDS != null) {
      System.out.printf("%d refused, %d read%n", refused, read);
    }
  }

  private static void readAll(byte[] config, byte[] weights) throws IOException {
    ModelDirectory.read(
        "store/hostile",
        file ->
            new ByteArrayInputStream(
                file.equals(ModelDirectory.CONFIG) ? config : weights.clone()));
  }

  private static byte[] damaged(Random random, byte[] bytes) {
    if (bytes.length < 2) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    byte[] out = bytes.clone();
    switch (random.nextInt(9)) {
      case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> out[at] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
      }
      case 4 -> {
        ByteBuffer buffer = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        int field = random.nextBoolean() ? 0 : Math.max(0, at - 8);
        if (out.length >= field + 8) {
          buffer.putLong(field, LENGTHS[random.nextInt(LENGTHS.length)]);
        }
      }
      case 5 -> {
        int to = random.nextInt(bytes.length);
        int count = Math.min(random.nextInt(64), bytes.length - Math.max(at, to));
        System.arraycopy(bytes, at, out, to, count);
      }
      default -> {
        return textDamaged(random, bytes);
      }
    }
    return out;
  }

  /** Replaces a number or a word, whatever the bytes are: Latin-1 keeps all of them. */
  private static byte[] textDamaged(Random random, byte[] bytes) {
    boolean number = random.nextBoolean();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Matcher matcher = (number ? NUMBER : WORD).matcher(text);
    int skip = random.nextInt(40);
    int from = -1;
    int to = 0;
    while (skip-- >= 0 && matcher.find()) {
      from = matcher.start();
      to = matcher.end();
    }
    if (from < 0) {
      return bytes;
    }
    String[] others = number ? NUMBERS : WORDS;
    String changed =
        text.substring(0, from) + others[random.nextInt(others.length)] + text.substring(to);
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Overwrites one value, and leaves the rest of the file sound. */
  private static byte[] valueDamaged(Random random, byte[] file) {
    ByteBuffer out = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    long data = file.length < 8 ? -1 : out.getLong(0) + 8;
    if (data < 8 || data > file.length - 8) {
      return file;
    }
    int values = (file.length - (int) data) / 8;
    out.putDouble((int) data + 8 * random.nextInt(values), VALUES[random.nextInt(VALUES.length)]);
    return out.array();
  }

  /** Damages the header's text and mends its length, so that what it says is looked at. */
  private static byte[] headerDamaged(Random random, byte[] file) {
    if (file.length < 8) {
      return file;
    }
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 0 || length > file.length - 8) {
      return file;
    }
    byte[] header = textDamaged(random, Arrays.copyOfRange(file, 8, 8 + (int) length));
    return SafetensorsWriter.file(
        new String(header, StandardCharsets.UTF_8),
        Arrays.copyOfRange(file, 8 + (int) length, file.length));
  }

  private static String config(boolean backbone) {
    return backbone
        ? """
          {"format": 1, "name": "h", "version": "1", "architecture": "s4-backbone",
           "task": "forecast", "d_input": 2, "d_output": 4, "sample_rate_hz": 100, "d_model": 3,
           "n_layers": 1, "prenorm": false, "norm": "none", "residual": "R", "pooling": "last",
           "input_scale": 2, "min_sample_rate_hz": 50, "max_sample_rate_hz": 200,
           "layer": {"kind": "s4", "mode": "dplr", "dt_transform": "exp", "n_ssm": 3}}"""
        : """
          {"format": 1, "name": "h", "version": "1", "architecture": "s4-classifier",
           "task": "classification", "labels": ["a", "b", "c", "d"], "d_input": 2, "d_output": 4,
           "sample_rate_hz": 100, "d_model": 3, "n_layers": 1, "input_scale": [1, 2],
           "layer": {"kind": "s4", "mode": "dplr", "dt_transform": "exp", "channels": 1}}""";
  }

  private static SafetensorsWriter weights(Random random, boolean backbone) {
    String block = backbone ? "model.layers.0.layer." : "s4_layers.0.";
    String kernel = block + "layer.kernel.";
    SafetensorsWriter w =
        new SafetensorsWriter()
            .put(backbone ? "encoder.0.weight" : "encoder.weight", values(random, 6), 3, 2)
            .put(backbone ? "encoder.0.bias" : "encoder.bias", values(random, 3), 3)
            .put(block + "layer.D", values(random, 3), 1, 3)
            .put(kernel + "inv_dt", values(random, 3), 3, 1)
            .put(kernel + "A_real", values(random, 6), 3, 2)
            .put(kernel + "A_imag", values(random, 6), 3, 2)
            .put(kernel + "B", values(random, 12), 1, 3, 2, 2)
            .put(kernel + "C", values(random, 12), 1, 3, 2, 2)
            .put(kernel + "P", values(random, 12), 1, 3, 2, 2)
            .putScalar(kernel + "l_kernel", 16)
            .put(block + "output_linear.0.weight", values(random, 18), 6, 3)
            .put(block + "output_linear.0.bias", values(random, 6), 6)
            .put("decoder.weight", values(random, 12), 4, 3)
            .put("decoder.bias", values(random, 4), 4);
    if (!backbone) {
      w.put("norms.0.weight", values(random, 3), 3).put("norms.0.bias", values(random, 3), 3);
    }
    return w;
  }

  private static double[] values(Random random, int length) {
    return random.doubles(length, -1, 1).toArray();
  }
}
