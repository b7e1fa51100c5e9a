package io.flinkssm.sql;

import io.flinkssm.flink.ModelCache;
import io.flinkssm.flink.ModelLoader;
import io.flinkssm.flink.WindowMetrics;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.WindowScoring;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code ML_PREDICT} calls for each row: one window in, one row out.
 *
 * <p>There is no asynchronous one. Scoring a window is arithmetic without any waiting: more threads
 * than the slot's own would only take cores from other slots. Raise the parallelism instead.
 *
 * <p>Flink passes the columns of a table as they are: it accepts {@code ARRAY<INT>} for a declared
 * {@code ARRAY<FLOAT>} and does not cast it. So the function is specialised for the types that it
 * will really get.
 */
public final class SsmPredictFunction extends PredictFunction implements SpecializedFunction {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(SsmPredictFunction.class);

  private final String path;
  private final WindowScoring.Rules rules;
  private final InputColumns input;
  private final OutputColumns output;

  private transient ModelCache.Lease lease;
  private transient WindowScoring<?> scoring;
  private transient WindowMetrics metrics;

  SsmPredictFunction(
      String path, WindowScoring.Rules rules, InputColumns input, OutputColumns output) {
    this.path = path;
    this.rules = rules;
    this.input = input;
    this.output = output;
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    return new SsmPredictFunction(
        path,
        rules,
        input.of(
            context.getCallContext().getArgumentDataTypes().stream()
                .map(DataType::getLogicalType)
                .toList()),
        output);
  }

  @Override
  public void open(FunctionContext context) throws IOException {
    lease = ModelCache.shared().acquire(path, "", ModelLoader.ofFileSystem());
    try {
      SequenceModel model = lease.shared();
      input.check(model.info());
      output.check(model.info());
      scoring = WindowScoring.of(model, rules, plan -> LOG.info("Windows: {}", plan));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    ModelInfo info = scoring.info();
    metrics = new WindowMetrics(context.getMetricGroup(), info.name());
    LOG.info(
        "Predicting with model {} {} ({}, sha256 {}) at {} Hz by {}",
        info.name(),
        info.version(),
        info.architecture(),
        info.sha256(),
        input.hasRate() ? "each window's" : scoring.sampleRateHz(),
        rules);
  }

  /**
   * Scores one window.
   *
   * @param row of the columns that the function is specialised for
   * @return one row
   * @throws TableException if the window cannot be scored and no column is there to say so
   */
  @Override
  public Collection<RowData> predict(RowData row) {
    Rejection rejection = input.read((GenericRowData) row);
    if (rejection != null) {
      metrics.rejected(rejection.reason());
      return List.of(rejected(rejection));
    }
    double rate = input.hasRate() ? input.sampleRateHz() : scoring.sampleRateHz();
    long before = System.nanoTime();
    WindowScoring.Result result = scoring.score(input.samples(), rate);
    metrics.window(result, System.nanoTime() - before);
    return List.of(
        result.score() == null ? rejected(result.rejection()) : output.scored(result.score()));
  }

  private RowData rejected(Rejection rejection) {
    if (!output.tellsRejections()) {
      throw new TableException(
          "a window cannot be scored by model "
              + scoring.info().name()
              + ": "
              + rejection.reason()
              + ": "
              + rejection.message()
              + "; to go on in spite of such windows, declare status STRING and message STRING in"
              + " OUTPUT, which then say why a row has no results");
    }
    return output.rejected(rejection, scoring.info());
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }
}
