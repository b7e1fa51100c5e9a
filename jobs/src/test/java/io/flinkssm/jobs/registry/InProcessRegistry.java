package io.flinkssm.jobs.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaParseException;

/**
 * The part of a schema registry that clients use, over real HTTP: registers with backward
 * compatibility, looks up by id, and answers errors as Confluent's registry does.
 */
public final class InProcessRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, Schema> latest = new HashMap<>();
  private final Queue<Answer> scripted = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private String expectedAuthorization;

  private record Answer(int status, String body) {}

  public InProcessRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers the next request like this, whatever it asks. */
  public synchronized void answerNext(int status, String body) {
    scripted.add(new Answer(status, body));
  }

  /** Refuses requests without this Authorization header from now on. */
  public synchronized void expectAuthorization(String header) {
    expectedAuthorization = header;
  }

  /** Method and path of every request so far. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Answer answer = scripted.isEmpty() ? answer(exchange, path, body) : scripted.remove();
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer answer(HttpExchange exchange, String path, String body) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (expectedAuthorization != null && !expectedAuthorization.equals(authorization)) {
      return error(401, 401, "Unauthorized");
    }
    String[] parts = path.split("/", -1);
    String method = exchange.getRequestMethod();
    if (method.equals("GET") && path.startsWith("/schemas/ids/")) {
      return byId(Integer.parseInt(parts[3]));
    }
    if (method.equals("POST") && path.startsWith("/subjects/") && path.endsWith("/versions")) {
      return register(URLDecoder.decode(parts[2], StandardCharsets.UTF_8), body);
    }
    return error(404, 404, "HTTP 404 Not Found");
  }

  private Answer byId(int id) throws IOException {
    if (id < 1 || id > schemas.size()) {
      return error(404, 40403, "Schema " + id + " not found");
    }
    return new Answer(
        200,
        JSON.writeValueAsString(
            JSON.createObjectNode().put("schema", schemas.get(id - 1).toString())));
  }

  private Answer register(String subject, String body) throws IOException {
    Schema schema;
    try {
      JsonNode request = JSON.readTree(body);
      schema = new Schema.Parser().parse(request.get("schema").textValue());
    } catch (SchemaParseException e) {
      return error(422, 42201, "Invalid Avro schema");
    }
    Schema before = latest.get(subject);
    if (before != null
        && SchemaCompatibility.checkReaderWriterCompatibility(schema, before).getType()
            != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
      return error(
          409, 409, "Schema being registered is incompatible with an earlier schema for subject");
    }
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    latest.put(subject, schema);
    return new Answer(200, "{\"id\":" + (schemas.indexOf(schema) + 1) + "}");
  }

  private static Answer error(int status, int code, String message) throws IOException {
    return new Answer(
        status,
        JSON.writeValueAsString(
            JSON.createObjectNode().put("error_code", code).put("message", message)));
  }
}
