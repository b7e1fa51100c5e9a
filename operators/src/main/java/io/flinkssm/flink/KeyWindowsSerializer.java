package io.flinkssm.flink;

import io.flinkssm.stream.KeyWindows;
import io.flinkssm.stream.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link KeyWindows}. */
public final class KeyWindowsSerializer extends RecordSerializer<KeyWindows> {

  public KeyWindowsSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(KeyWindows windows, DataOutputView out, BulkArrays arrays) throws IOException {
    out.writeLong(windows.logStart());
    out.writeLong(windows.logEnd());
    out.writeLong(windows.segmentIndex());
    out.writeLong(windows.segmentStartMicros());
    out.writeLong(windows.position());
    out.writeLong(windows.next());
    out.writeLong(windows.lastMicros());
    out.writeInt(windows.pending().size());
    for (Window window : windows.pending()) {
      out.writeLong(window.index());
      out.writeInt(window.length());
      out.writeLong(window.segmentStartMicros());
      out.writeLong(window.position());
      out.writeLong(window.endMicros());
      out.writeBoolean(window.endOfSegment());
    }
  }

  @Override
  KeyWindows read(DataInputView in, BulkArrays arrays) throws IOException {
    long logStart = in.readLong();
    long logEnd = in.readLong();
    long segmentIndex = in.readLong();
    long segmentStartMicros = in.readLong();
    long position = in.readLong();
    long next = in.readLong();
    long lastMicros = in.readLong();
    List<Window> pending = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      pending.add(
          new Window(
              in.readLong(),
              in.readInt(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readBoolean()));
    }
    return new KeyWindows(
        logStart, logEnd, segmentIndex, segmentStartMicros, position, next, lastMicros, pending);
  }

  @Override
  public TypeSerializer<KeyWindows> duplicate() {
    return new KeyWindowsSerializer();
  }

  /** Snapshot of {@link KeyWindowsSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<KeyWindows> {
    public Snapshot() {
      super(KeyWindowsSerializer::new);
    }
  }
}
