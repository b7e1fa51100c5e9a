package io.flinkssm.sql;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.types.DataType;

/**
 * What {@link SsmWindow} keeps: one entry a row, in order of arrival. A list view, so that a row is
 * appended to the state of a window rather than the window read and written for each.
 *
 * <p>An entry is the row's time, a long, followed by its samples, floats.
 */
public final class TimedSamples {
  /** How Flink keeps it. */
  static final DataType TYPE =
      DataTypes.STRUCTURED(
              TimedSamples.class,
              DataTypes.FIELD("entries", ListView.newListViewDataType(DataTypes.BYTES().notNull())))
          .notNull();

  /** Flink replaces it by one in the state of a window. */
  public ListView<byte[]> entries = new ListView<>();

  /** Appends the samples of a row. */
  void add(long time, float... samples) throws Exception {
    ByteBuffer entry = ByteBuffer.allocate(Long.BYTES + Float.BYTES * samples.length);
    entry.putLong(time).asFloatBuffer().put(samples);
    entries.add(entry.array());
  }

  /** Appends the rows of another part of the group. */
  void addAll(TimedSamples other) throws Exception {
    entries.addAll(other.entries.getList());
  }

  /** The samples in order of time, those of one time in order of arrival; null without rows. */
  float[] inOrder() {
    List<byte[]> sorted = new ArrayList<>(entries.getList());
    if (sorted.isEmpty()) {
      return null;
    }
    sorted.sort(Comparator.comparingLong(entry -> ByteBuffer.wrap(entry).getLong()));
    long samples = 0;
    for (byte[] entry : sorted) {
      samples += (entry.length - Long.BYTES) / Float.BYTES;
    }
    float[] all = new float[Math.toIntExact(samples)];
    int at = 0;
    for (byte[] entry : sorted) {
      int count = (entry.length - Long.BYTES) / Float.BYTES;
      ByteBuffer.wrap(entry, Long.BYTES, Float.BYTES * count).asFloatBuffer().get(all, at, count);
      at += count;
    }
    return all;
  }
}
