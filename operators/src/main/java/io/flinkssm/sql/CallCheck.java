package io.flinkssm.sql;

import io.flinkssm.flink.HostedScorer;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.model.InvalidModelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.StaticArgument;

/** Checks a call while its query is planned. */
final class CallCheck implements InputTypeStrategy {
  private final KeyedFunction function;

  CallCheck(KeyedFunction function) {
    this.function = function;
  }

  @Override
  public ArgumentCount getArgumentCount() {
    return ConstantArgumentCount.any();
  }

  @Override
  public Optional<List<DataType>> inferInputTypes(CallContext context, boolean throwOnFailure) {
    try {
      check(context);
    } catch (IllegalArgumentException e) {
      return context.fail(throwOnFailure, "%s", e.getMessage());
    }
    return Optional.of(context.getArgumentDataTypes());
  }

  private void check(CallContext context) {
    List<StaticArgument> all = new ArrayList<>(function.arguments());
    // Flink adds it behind the function's own.
    all.add(StaticArgument.scalar("on_time", DataTypes.DESCRIPTOR(), true));
    CallArguments arguments = new CallArguments(all, context);
    String time =
        arguments
            .column("on_time", "on_time => DESCRIPTOR(ts)")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "on_time is missing: the time attribute of the input orders samples and"
                            + " ends segments; add on_time => DESCRIPTOR(ts), where the table has"
                            + " WATERMARK FOR ts AS ts - INTERVAL '5' SECOND"));
    checkModel(function.read(arguments, time));
  }

  private static void checkModel(ScoringCall planned) {
    if (!planned.options().get(FunctionOptions.CHECK_MODEL)) {
      return;
    }
    String path = planned.options().getOptional(ScoringOptions.MODEL_PATH).orElse(null);
    try (HostedScorer opened = planned.open(new UnregisteredMetricsGroup())) {
      int given = planned.columns().channels();
      int taken = opened.model().inputChannels();
      if (!planned.columns().areArrays() && given != taken) {
        throw new IllegalArgumentException(
            "samples has "
                + given
                + (given == 1 ? " column" : " columns")
                + ", but model "
                + opened.model().name()
                + " takes "
                + taken
                + (taken == 1 ? " channel" : " channels")
                + "; name a column for each channel, in the order of its training, as in samples =>"
                + " DESCRIPTOR(x, y, z), or one ARRAY<FLOAT> with the channels innermost");
      }
    } catch (IOException | InvalidModelException e) {
      throw new IllegalArgumentException(
          "the model at "
              + path
              + " cannot be used: "
              + e
              + "; needed is the URI of a model directory with config.json and model.safetensors,"
              + " as in model => 'file:///models/pump'; if only the task managers can read it, add"
              + " options => MAP['"
              + FunctionOptions.CHECK_MODEL.key()
              + "', 'false']",
          e);
    }
  }

  @Override
  public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
    return List.of(
        Signature.of(
            function.arguments().stream()
                .map(argument -> Signature.Argument.of(argument.getName()))
                .toList()));
  }
}
