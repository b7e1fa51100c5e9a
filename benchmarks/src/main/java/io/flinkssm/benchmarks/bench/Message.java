package io.flinkssm.benchmarks.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a section's JVM says to the one that started it; exactly one part is not null. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Message(Row row, Series series, String progress, String kernels, String failure) {

  static final ObjectMapper JSON = new ObjectMapper();

  static Message of(Row row) {
    return new Message(row, null, null, null, null);
  }

  static Message of(Series series) {
    return new Message(null, series, null, null, null);
  }

  static Message progress(String line) {
    return new Message(null, null, line, null, null);
  }

  /** Name of the kernels' provider. */
  static Message kernels(String name) {
    return new Message(null, null, null, name, null);
  }

  static Message failure(String why) {
    return new Message(null, null, null, null, why);
  }
}
