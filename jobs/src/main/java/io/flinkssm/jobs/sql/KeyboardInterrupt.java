package io.flinkssm.jobs.sql;

import java.lang.reflect.Proxy;

/**
 * Leaves Ctrl-C to a child process: the terminal sends it to both, and to the child it means that a
 * query shall stop.
 *
 * <p>Java has no supported way to say this. {@code sun.misc.Signal} is what all use; the compiler
 * warns of its name, so it is called by reflection.
 */
final class KeyboardInterrupt {
  private KeyboardInterrupt() {}

  /** Ignores Ctrl-C from now on; it keeps its meaning for processes started before and after. */
  static void ignore() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      // A handler of its own, as "ignore" would be inherited by children.
      Object nothing =
          Proxy.newProxyInstance(
              KeyboardInterrupt.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> null);
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      signal.getMethod("handle", signal, handler).invoke(null, interrupt, nothing);
    } catch (ReflectiveOperationException e) {
      // Elsewhere Ctrl-C ends everything, which is what it did before.
    }
  }
}
