package io.flinkssm.jobs.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * A client of the Confluent schema registry protocol: registers schemas and looks them up by id.
 * Ids and schemas are cached for the life of the client, since a registry never changes the meaning
 * of an id. Not thread-safe: each task has its own.
 */
public final class SchemaRegistry {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int SHOWN_BODY = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryOptions options;
  private final HttpClient http;
  private final Map<Integer, Schema> schemas = new HashMap<>();
  private final Map<String, Map<Schema, Integer>> ids = new HashMap<>();

  /** A client; no request is made yet. */
  public SchemaRegistry(RegistryOptions options) {
    this.options = options;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.timeout())
            .build();
  }

  /**
   * Id of a schema under a subject; registers it if it is new there.
   *
   * @throws RegistryException if the registry refuses the schema, e.g. as incompatible, or cannot
   *     be reached
   */
  public int register(String subject, Schema schema) throws IOException {
    Map<Schema, Integer> known = ids.computeIfAbsent(subject, s -> new HashMap<>());
    Integer id = known.get(schema);
    if (id == null) {
      String body =
          JSON.writeValueAsString(JSON.createObjectNode().put("schema", schema.toString()));
      String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "/versions";
      JsonNode answer = call(request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
      if (!answer.path("id").isInt()) {
        throw unexpected("POST", path, "an integer 'id'", answer);
      }
      id = answer.get("id").intValue();
      known.put(schema, id);
    }
    return id;
  }

  /**
   * The schema of an id.
   *
   * @throws UnknownSchemaException if the registry has no such id, or it is not an Avro schema
   * @throws RegistryException if the registry refuses the request or cannot be reached
   */
  public Schema schema(int id) throws IOException {
    Schema schema = schemas.get(id);
    if (schema == null) {
      schema = fetch(id);
      schemas.put(id, schema);
    }
    return schema;
  }

  private Schema fetch(int id) throws IOException {
    String path = "/schemas/ids/" + id;
    JsonNode answer;
    try {
      answer = call(request(path).GET().build());
    } catch (RegistryException e) {
      // Another 404, such as that of a wrong path, is no verdict on the record.
      if (e.errorCode() == SCHEMA_NOT_FOUND) {
        throw new UnknownSchemaException("schema id " + id + " is unknown: " + e.getMessage(), e);
      }
      throw e;
    }
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new UnknownSchemaException("schema id " + id + " is " + type + ", not AVRO", null);
    }
    if (!answer.path("schema").isTextual()) {
      throw unexpected("GET", path, "a string 'schema'", answer);
    }
    try {
      return new Schema.Parser().parse(answer.get("schema").textValue());
    } catch (AvroRuntimeException e) {
      throw new UnknownSchemaException(
          "schema id " + id + " is no valid Avro schema: " + e.getMessage(), e);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(options.url() + path))
            .timeout(options.timeout())
            .header("Content-Type", CONTENT_TYPE)
            .header("Accept", CONTENT_TYPE + ", application/json");
    if (options.user() != null) {
      byte[] credentials =
          (options.user() + ":" + options.password()).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }
    return request;
  }

  private JsonNode call(HttpRequest request) throws IOException {
    RegistryException failure = null;
    for (int attempt = 0; attempt < options.attempts(); attempt++) {
      pause(attempt);
      try {
        HttpResponse<String> response =
            http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() / 100 == 2) {
          return parse(request, response);
        }
        failure = refused(request, response);
        if (response.statusCode() < 500 && response.statusCode() != 429) {
          throw failure;
        }
      } catch (InterruptedException e) {
        throw interrupted();
      } catch (RegistryException e) {
        throw e;
      } catch (IOException e) {
        failure =
            new RegistryException(
                "%s %s: no answer from the schema registry after %d attempts (%s); check registry.url and the network"
                    .formatted(request.method(), request.uri(), attempt + 1, e),
                -1,
                -1,
                e);
      }
    }
    throw failure;
  }

  private void pause(int attempt) throws InterruptedIOException {
    if (attempt > 0) {
      try {
        Thread.sleep(options.backoff().toMillis() << (attempt - 1));
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for the schema registry");
  }

  private JsonNode parse(HttpRequest request, HttpResponse<String> response)
      throws RegistryException {
    try {
      JsonNode answer = JSON.readTree(response.body());
      if (answer.isObject()) {
        return answer;
      }
    } catch (JsonProcessingException e) {
      throw notJson(request, response, e);
    }
    throw notJson(request, response, null);
  }

  private static RegistryException notJson(
      HttpRequest request, HttpResponse<String> response, Throwable cause) {
    return new RegistryException(
        "%s %s: status %d with a body that is no JSON object; is this a schema registry? body: %s"
            .formatted(
                request.method(), request.uri(), response.statusCode(), shorten(response.body())),
        response.statusCode(),
        -1,
        cause);
  }

  private static RegistryException refused(HttpRequest request, HttpResponse<String> response) {
    int code = -1;
    try {
      code = JSON.readTree(response.body()).path("error_code").asInt(-1);
    } catch (JsonProcessingException e) {
      // A proxy's answer; the body is shown as it is.
    }
    return new RegistryException(
        "%s %s: status %d, body: %s"
            .formatted(
                request.method(), request.uri(), response.statusCode(), shorten(response.body())),
        response.statusCode(),
        code,
        null);
  }

  private RegistryException unexpected(
      String method, String path, String expected, JsonNode answer) {
    return new RegistryException(
        "%s %s%s: expected %s, body: %s"
            .formatted(method, options.url(), path, expected, shorten(answer.toString())),
        200,
        -1,
        null);
  }

  private static String shorten(String body) {
    return body.length() <= SHOWN_BODY ? body : body.substring(0, SHOWN_BODY) + "…";
  }
}
