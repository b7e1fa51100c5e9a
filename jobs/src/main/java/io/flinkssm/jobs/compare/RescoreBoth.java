package io.flinkssm.jobs.compare;

import io.flinkssm.flink.RescoredStreams;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmRescoring;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.WindowScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.api.java.typeutils.TupleTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Either;
import org.apache.flink.util.CloseableIterator;

/** Rescores the same frames with two models, in one Flink job. */
public final class RescoreBoth {
  private static final TupleTypeInfo<Tuple2<Boolean, Either<WindowScore, Rejection>>> TYPE =
      new TupleTypeInfo<>(
          Types.BOOLEAN, new EitherTypeInfo<>(SsmTypeInfo.WINDOW_SCORE, SsmTypeInfo.REJECTION));

  private RescoreBoth() {}

  /**
   * What the models said.
   *
   * @param a scores of the first model, in any order
   * @param b scores of the second model, in any order
   * @param rejected messages of rejected records, each with its number
   */
  public record Results(List<WindowScore> a, List<WindowScore> b, Map<String, Long> rejected) {}

  /**
   * Runs the job and waits for its end.
   *
   * @param frames bounded, with time stamps
   * @param options of rescoring, but for the model
   * @param a URI of the first model
   * @param b URI of the second model
   */
  @SuppressWarnings("try") // the iterator's close() may be interrupted, as may everything here
  public static Results run(DataStream<Frame> frames, Configuration options, String a, String b)
      throws Exception {
    DataStream<Tuple2<Boolean, Either<WindowScore, Rejection>>> both =
        results(frames, options, a, true).union(results(frames, options, b, false));
    Results results = new Results(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
    try (CloseableIterator<Tuple2<Boolean, Either<WindowScore, Rejection>>> all =
        both.executeAndCollect("ssm compare")) {
      while (all.hasNext()) {
        Tuple2<Boolean, Either<WindowScore, Rejection>> one = all.next();
        if (one.f1.isRight()) {
          Rejection rejection = one.f1.right();
          String by = (one.f0 ? "A, " : "B, ") + rejection.reason() + ": " + rejection.message();
          results.rejected.merge(by, 1L, Long::sum);
        } else {
          (one.f0 ? results.a : results.b).add(one.f1.left());
        }
      }
    }
    return results;
  }

  private static DataStream<Tuple2<Boolean, Either<WindowScore, Rejection>>> results(
      DataStream<Frame> frames, Configuration options, String model, boolean first) {
    Configuration own = new Configuration(options).set(ScoringOptions.MODEL_PATH, model);
    RescoredStreams rescored = SsmRescoring.rescore(frames, null, own);
    String name = "rescoring-" + (first ? "a" : "b");
    rescored.scores().uid(name).name(name);
    return rescored
        .scores()
        .map(score -> Tuple2.of(first, Either.<WindowScore, Rejection>Left(score)))
        .returns(TYPE)
        .union(
            rescored
                .rejected()
                .map(rejection -> Tuple2.of(first, Either.<WindowScore, Rejection>Right(rejection)))
                .returns(TYPE));
  }
}
