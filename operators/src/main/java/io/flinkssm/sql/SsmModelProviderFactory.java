package io.flinkssm.sql;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.WindowScoring;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Models of {@code CREATE MODEL … WITH ('provider' = 'ssm', 'path' = …)}, see {@link
 * SsmModelOptions}. Flink asks for the provider when a query with {@code ML_PREDICT} is planned,
 * not when the model is created: there the errors are.
 */
public final class SsmModelProviderFactory implements ModelProviderFactory {
  /** Name of the provider in SQL. */
  public static final String IDENTIFIER = "ssm";

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(SsmModelOptions.PATH);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options = new HashSet<>(SsmModelOptions.all());
    options.removeAll(requiredOptions());
    return options;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ValidationException saying what was found, what is needed, and an example that works
   */
  @Override
  public ModelProvider createModelProvider(Context context) {
    FactoryUtil.ModelProviderFactoryHelper helper =
        FactoryUtil.createModelProviderFactoryHelper(this, context);
    helper.validate();
    ReadableConfig options = helper.getOptions();
    String path = options.get(SsmModelOptions.PATH);
    ResolvedSchema inputs = context.getCatalogModel().getResolvedInputSchema();
    ResolvedSchema outputs = context.getCatalogModel().getResolvedOutputSchema();
    InputColumns input = new InputColumns(inputs.getColumnNames(), types(inputs));
    OutputColumns output = new OutputColumns(outputs.getColumnNames(), types(outputs));
    try {
      WindowScoring.Rules rules = SsmModelOptions.rules(options);
      if (options.get(SsmModelOptions.CHECK_AT_PLANNING)) {
        SequenceModel model = read(path);
        input.check(model.info());
        output.check(model.info());
        // For what it refuses.
        WindowScoring.of(model, rules, plan -> {});
      }
      return new Provider(path, rules, input, output);
    } catch (InvalidModelException e) {
      // The SQL client shows the innermost cause alone: that must be the whole message.
      throw new ValidationException(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new ValidationException("the options of WITH cannot be used: " + e.getMessage());
    }
  }

  private static List<LogicalType> types(ResolvedSchema schema) {
    return schema.getColumnDataTypes().stream().map(DataType::getLogicalType).toList();
  }

  private static SequenceModel read(String path) {
    try {
      return ModelLoader.ofFileSystem().load(path);
    } catch (IOException e) {
      throw new ValidationException(
          "cannot read the model at "
              + path
              + ": "
              + e
              + "; 'path' is the URI of a directory with config.json and model.safetensors, such as"
              + " 'path' = 'file:///models/digits'. If only the cluster can read it, set"
              + " 'check-at-planning' = 'false'");
    }
  }

  /** Immutable, but for the scratch of {@code input}, which functions copy. */
  private record Provider(
      String path, WindowScoring.Rules rules, InputColumns input, OutputColumns output)
      implements PredictRuntimeProvider {

    @Override
    public PredictFunction createPredictFunction(ModelProvider.Context context) {
      return new SsmPredictFunction(path, rules, input, output);
    }

    @Override
    public ModelProvider copy() {
      return this;
    }
  }
}
