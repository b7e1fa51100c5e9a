package io.flinkssm.jobs.demo;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each frame was handed to the producer, by the position of its last sample. */
final class SentFrames {

  private record Position(String key, long position) {}

  private final Map<Position, Long> nanos = new ConcurrentHashMap<>();

  /** Notes that the frame that ends at {@code position} is sent now. */
  void sent(String key, long position) {
    nanos.put(new Position(key, position), System.nanoTime());
  }

  /** Nanoseconds since the frame that ends at {@code position} was sent, or −1 if none was. */
  long ageNanos(String key, long position) {
    Long sent = nanos.get(new Position(key, position));
    return sent == null ? -1 : System.nanoTime() - sent;
  }
}
