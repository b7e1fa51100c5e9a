package io.flinkssm.jobs.warmstart;

import io.flinkssm.flink.SsmScoring;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.local.FrameFiles;
import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** Past frames from WAV and CSV files. */
final class HistoryFiles {

  private HistoryFiles() {}

  /** The frames of the files, with their segments left open: the signals go on after them. */
  static DataStream<Frame> frames(
      StreamExecutionEnvironment env, List<Path> files, FrameFiles reader, ReadableConfig options) {
    return env.fromData(files.stream().map(file -> file.toAbsolutePath().toString()).toList())
        .flatMap(new ReadOpenFrames(reader))
        .returns(SsmTypeInfo.FRAME)
        .name("files")
        .assignTimestampsAndWatermarks(SsmScoring.watermarks(options));
  }

  /** Reads each file where the task runs. */
  private static final class ReadOpenFrames implements FlatMapFunction<String, Frame> {
    private static final long serialVersionUID = 1L;
    private final FrameFiles reader;

    ReadOpenFrames(FrameFiles reader) {
      this.reader = reader;
    }

    @Override
    public void flatMap(String file, Collector<Frame> out) throws IOException {
      reader.read(Path.of(file), frame -> out.collect(open(frame)));
    }

    private static Frame open(Frame frame) {
      return new Frame(
          frame.key(),
          frame.startMicros(),
          frame.sampleRateHz(),
          frame.channels(),
          frame.samples(),
          false,
          frame.origin());
    }
  }
}
