package io.flinkssm.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flinkssm.schemas.ModelRelease;
import io.flinkssm.schemas.StatePolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.flink.formats.avro.RegistryAvroDeserializationSchema;
import org.apache.flink.formats.avro.RegistryAvroSerializationSchema;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryTest {
  private static final Schema SCHEMA = ModelRelease.SCHEMA$;

  private final InProcessRegistry server = new InProcessRegistry();
  private final SchemaRegistry client = new SchemaRegistry(quick(server.url()));

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void registersAndLooksUpOnce() throws IOException {
    int id = client.register("a/b-value", SCHEMA);
    assertThat(client.register("a/b-value", SCHEMA)).isEqualTo(id);
    assertThat(client.schema(id)).isEqualTo(SCHEMA);
    assertThat(client.schema(id)).isSameAs(client.schema(id));
    assertThat(server.requests())
        .containsExactly("POST /subjects/a%2Fb-value/versions", "GET /schemas/ids/" + id);
  }

  @Test
  void anIncompatibleSchemaIsRefusedWithTheRegistrysWords() throws IOException {
    int id = client.register("releases-value", SCHEMA);
    Schema other =
        SchemaBuilder.record("ModelRelease")
            .namespace(SCHEMA.getNamespace())
            .fields()
            .requiredInt("name")
            .endRecord();
    RegistryException e =
        catchThrowableOfType(
            RegistryException.class, () -> client.register("releases-value", other));
    assertThat(e.status()).isEqualTo(409);
    assertThat(e.errorCode()).isEqualTo(409);
    assertThat(e)
        .hasMessageContaining("POST " + server.url() + "/subjects/releases-value/versions")
        .hasMessageContaining("status 409")
        .hasMessageContaining("incompatible with an earlier schema");
    assertThat(server.requests()).as("a refusal is not tried again").hasSize(2);
    assertThat(client.register("releases-value", SCHEMA)).isEqualTo(id);
  }

  @Test
  void anInvalidSchemaIsRefused() {
    server.answerNext(422, "{\"error_code\":42201,\"message\":\"Invalid Avro schema\"}");
    RegistryException e =
        catchThrowableOfType(RegistryException.class, () -> client.register("s", SCHEMA));
    assertThat(e.status()).isEqualTo(422);
    assertThat(e.errorCode()).isEqualTo(42201);
  }

  @Test
  void anUnknownIdIsTheRecordsFault() {
    assertThatThrownBy(() -> client.schema(77))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("schema id 77")
        .hasMessageContaining("40403");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aSchemaOfAnotherKindIsTheRecordsFault() {
    server.answerNext(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message M {}\"}");
    assertThatThrownBy(() -> client.schema(3))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("PROTOBUF");
  }

  @Test
  void another404IsTheRegistrysFault() {
    SchemaRegistry wrongPath = new SchemaRegistry(quick(server.url() + "/nowhere"));
    assertThatThrownBy(() -> wrongPath.schema(1))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("/nowhere/schemas/ids/1")
        .hasMessageContaining("status 404");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void passingFailuresAreTriedAgain(int status) throws IOException {
    server.answerNext(status, "overloaded");
    server.answerNext(status, "overloaded");
    assertThat(client.register("s", SCHEMA)).isPositive();
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void attemptsAreBounded() {
    for (int i = 0; i < 9; i++) {
      server.answerNext(503, "down for maintenance");
    }
    assertThatThrownBy(() -> client.schema(1))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("503")
        .hasMessageContaining("down for maintenance");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void noServerIsSaidSo() {
    server.close();
    RegistryException e = catchThrowableOfType(RegistryException.class, () -> client.schema(1));
    assertThat(e.status()).isEqualTo(-1);
    assertThat(e).hasMessageContaining(server.url()).hasMessageContaining("registry.url");
  }

  @Test
  void anAnswerThatIsNoRegistrysIsShown() {
    server.answerNext(200, "<html>welcome</html>");
    assertThatThrownBy(() -> client.schema(1))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("is this a schema registry?")
        .hasMessageContaining("<html>welcome</html>");
    server.answerNext(200, "{\"no\":\"id\"}");
    assertThatThrownBy(() -> client.register("s", SCHEMA))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("integer 'id'");
  }

  @Test
  void basicAuthenticationIsSentAndThePasswordNeverShown() throws IOException {
    server.expectAuthorization(
        "Basic "
            + Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> client.register("s", SCHEMA))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("401");
    RegistryOptions options = quick(server.url()).withBasicAuth("me", "secret");
    assertThat(new SchemaRegistry(options).register("s", SCHEMA)).isPositive();
    assertThat(options.toString()).contains("me").doesNotContain("secret");
    assertThatThrownBy(() -> RegistryOptions.of("http://me:secret@localhost"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("registry.password")
        .hasMessageNotContaining("secret@");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8081", "ftp://localhost", "/registry"})
  void anAddressThatIsNoneIsRefused(String url) {
    assertThatThrownBy(() -> RegistryOptions.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(url);
  }

  @Test
  void flinksFormatsSpeakTheWireFormat() throws Exception {
    var provider = ConfluentSchemaCoder.provider("releases", quick(server.url()));
    var serializer =
        InstantiationUtil.clone(
            RegistryAvroSerializationSchema.forSpecific(ModelRelease.class, provider));
    var deserializer =
        InstantiationUtil.clone(
            new RegistryAvroDeserializationSchema<>(ModelRelease.class, SCHEMA, provider));
    ModelRelease release =
        ModelRelease.newBuilder()
            .setName("digits")
            .setVersion("7")
            .setUri("file:///models/digits-7")
            .setSha256("00")
            .setActivateAt(Instant.ofEpochSecond(5))
            .setStatePolicy(StatePolicy.KEEP)
            .build();
    byte[] bytes = serializer.serialize(release);
    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 1);
    assertThat(deserializer.deserialize(bytes)).isEqualTo(release);
    assertThat(server.requests())
        .containsExactly("POST /subjects/releases-value/versions", "GET /schemas/ids/1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void aHeaderThatEndsEarlyIsTheRecordsFault(int length) {
    ConfluentSchemaCoder coder = new ConfluentSchemaCoder("s", client);
    assertThatThrownBy(() -> coder.readSchema(new ByteArrayInputStream(new byte[length])))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("5-byte");
    assertThatThrownBy(() -> coder.readSchema(new ByteArrayInputStream(new byte[] {7, 0, 0, 0, 1})))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("first byte is 7");
  }

  private static RegistryOptions quick(String url) {
    return new RegistryOptions(url, null, null, Duration.ofSeconds(10), 3, Duration.ZERO);
  }
}
