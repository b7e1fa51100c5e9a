package io.flinkssm.stream;

import java.io.IOException;

/** Where the states of keys are stored. */
public interface KeyedStates {

  /** The state of a key, to be changed in place, or null for a new key. */
  KeyState<?> read(String key) throws IOException;

  /** Stores the changed state of a key. */
  void write(String key, KeyState<?> state) throws IOException;
}
