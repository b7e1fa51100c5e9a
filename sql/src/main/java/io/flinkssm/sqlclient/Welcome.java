package io.flinkssm.sqlclient;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.flink.table.client.cli.CliStrings;
import org.jline.terminal.Terminal;

/** A terminal on which Flink's SQL client begins with another text than its own. */
final class Welcome extends PrintWriter {
  private final String text;

  private Welcome(PrintWriter terminal, String text) {
    super(terminal);
    this.text = text;
  }

  /** The same terminal but for the welcome. */
  static Terminal on(Terminal terminal, String text) {
    Welcome writer = new Welcome(terminal.writer(), text);
    return (Terminal)
        Proxy.newProxyInstance(
            Welcome.class.getClassLoader(),
            new Class<?>[] {Terminal.class},
            (proxy, method, args) -> {
              if (method.getName().equals("writer")) {
                return writer;
              }
              try {
                return method.invoke(terminal, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public PrintWriter append(CharSequence what) {
    return super.append(what.toString().equals(CliStrings.MESSAGE_WELCOME) ? text : what);
  }
}
