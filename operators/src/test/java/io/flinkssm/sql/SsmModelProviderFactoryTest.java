package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ModelCache;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.testing.BidirectionalModel;
import io.flinkssm.testing.Forecasters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogModel;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;
import org.apache.flink.table.types.DataType;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What planning accepts and refuses, found through Flink's own discovery of providers. */
class SsmModelProviderFactoryTest {
  private static final DataType FLOATS = DataTypes.ARRAY(DataTypes.FLOAT());
  private static final ResolvedSchema SAMPLES =
      ResolvedSchema.of(Column.physical("samples", FLOATS));
  private static final ResolvedSchema LABEL =
      ResolvedSchema.of(Column.physical("label", DataTypes.STRING()));

  @TempDir static Path folder;
  private static String both;
  private static String forecaster;

  @BeforeAll
  static void write() throws IOException {
    BidirectionalModel.write(folder.resolve("both"), 1);
    both = folder.resolve("both").toUri().toString();
    forecaster = Forecasters.write(folder.resolve("forecaster")).toUri().toString();
  }

  private static ModelProvider plan(
      ResolvedSchema inputs, ResolvedSchema outputs, String path, String... options) {
    Map<String, String> all = new HashMap<>(Map.of("provider", "ssm", "path", path));
    for (int i = 0; i < options.length; i += 2) {
      all.put(options[i], options[i + 1]);
    }
    CatalogModel model =
        CatalogModel.of(Schema.newBuilder().build(), Schema.newBuilder().build(), all, null);
    return FactoryUtil.createModelProvider(
        null,
        ObjectIdentifier.of("c", "d", "m"),
        ResolvedCatalogModel.of(model, inputs, outputs),
        new Configuration(),
        SsmModelProviderFactoryTest.class.getClassLoader(),
        true);
  }

  private static AbstractThrowableAssert<?, ?> refusal(
      ResolvedSchema inputs, ResolvedSchema outputs, String path, String... options) {
    return assertThatThrownBy(() -> plan(inputs, outputs, path, options))
        .isInstanceOf(ValidationException.class)
        // The client shows no more.
        .rootCause();
  }

  @Test
  void aModelThatFitsIsAccepted() {
    ModelProvider provider =
        plan(
            SAMPLES,
            LABEL,
            both,
            "rate",
            "50",
            "precision",
            "float64",
            "rate-method",
            "plain",
            "convolution",
            "fft",
            "non-finite",
            "hold",
            "max-samples",
            "100",
            "check-at-planning",
            "true");
    assertThat(provider).isInstanceOf(PredictRuntimeProvider.class);
    assertThat(((PredictRuntimeProvider) provider).createPredictFunction(null))
        .isInstanceOf(SsmPredictFunction.class);
  }

  @Test
  void optionsAreChecked() {
    refusal(SAMPLES, LABEL, both, "presicion", "float64")
        .hasMessageContaining("presicion")
        .hasMessageContaining("check-at-planning\nconvolution\nmax-samples");
    refusal(SAMPLES, LABEL, both, "convolution", "fast").hasMessageContaining("FFT");
    refusal(SAMPLES, LABEL, both, "convolution", "recurrence")
        .hasMessageContaining("model both-ways has no recurrence");
    refusal(SAMPLES, LABEL, both, "max-samples", "0").hasMessageContaining("max-samples is 0");
    refusal(SAMPLES, LABEL, both, "rate", "-8").hasMessageContaining("rate is -8.0 Hz");
    refusal(SAMPLES, LABEL, both, "rate", "1e9")
        .hasMessageContaining("sampling rate is 1.0E9 Hz, model both-ways is declared for");
  }

  @Test
  void columnsAreHeldToTheModel() {
    refusal(SAMPLES, LABEL, forecaster)
        .hasMessageContaining("task of model oscillation is forecast");
    refusal(
            ResolvedSchema.of(Column.physical("a", FLOATS), Column.physical("b", FLOATS)),
            LABEL,
            both)
        .hasMessageContaining("INPUT has 2 arrays of samples, model both-ways takes 1 channel");
  }

  @Test
  void aBrokenModelIsRefusedWithItsReason() throws IOException {
    Path broken = folder.resolve("broken");
    BidirectionalModel.write(broken, 1);
    Files.write(broken.resolve(ModelDirectory.WEIGHTS), new byte[20]);
    refusal(SAMPLES, LABEL, broken.toUri().toString()).hasMessageContaining(ModelDirectory.WEIGHTS);
    refusal(SAMPLES, LABEL, folder.resolve("nowhere").toString())
        .hasMessageContaining("cannot read the model at")
        .hasMessageContaining("such as 'path' = 'file:///models/digits'");
  }

  @Test
  void whatOnlyTheClusterCanReadIsNotRead() {
    String nowhere = folder.resolve("nowhere").toUri().toString();
    assertThat(plan(SAMPLES, LABEL, nowhere, "check-at-planning", "false")).isNotNull();
    refusal(
            SAMPLES,
            ResolvedSchema.of(Column.physical("lable", DataTypes.STRING())),
            nowhere,
            "check-at-planning",
            "false")
        .hasMessageContaining("OUTPUT column lable is not known");
    // What planning would have found ends the job as it starts.
    assertThatThrownBy(
            () ->
                ((PredictRuntimeProvider)
                        plan(SAMPLES, LABEL, nowhere, "check-at-planning", "false"))
                    .createPredictFunction(null)
                    .open(null))
        .isInstanceOf(IOException.class);
    assertThat(ModelCache.shared().size()).isZero();
  }
}
