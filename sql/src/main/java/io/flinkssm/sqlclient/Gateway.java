package io.flinkssm.sqlclient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.client.gateway.SingleSessionManager;
import org.apache.flink.table.gateway.SqlGateway;
import org.apache.flink.table.gateway.api.endpoint.SqlGatewayEndpointFactoryUtils;
import org.apache.flink.table.gateway.rest.SqlGatewayRestEndpointFactory;
import org.apache.flink.table.gateway.rest.util.SqlGatewayRestOptions;
import org.apache.flink.table.gateway.service.context.DefaultContext;

/**
 * The SQL gateway of one client, on a free port of this machine. It is what Flink's client has in
 * its embedded mode, which cannot start without the 30 MB of Flink's Python.
 */
final class Gateway implements AutoCloseable {
  private final SqlGateway gateway;
  private final int port;

  private Gateway(SqlGateway gateway, int port) {
    this.gateway = gateway;
    this.port = port;
  }

  /** Starts a gateway; its client says on which cluster queries run. */
  static Gateway start() throws Exception {
    DefaultContext context = DefaultContext.load(new Configuration(), List.of(), true);
    int port = freePort();
    Configuration endpoint = new Configuration();
    endpoint.set(SqlGatewayRestOptions.ADDRESS, "localhost");
    endpoint.set(SqlGatewayRestOptions.PORT, port);
    context
        .getFlinkConfig()
        .addAll(
            endpoint,
            SqlGatewayEndpointFactoryUtils.getSqlGatewayOptionPrefix(
                SqlGatewayRestEndpointFactory.IDENTIFIER));
    SqlGateway gateway =
        new SqlGateway(context.getFlinkConfig(), new SingleSessionManager(context));
    gateway.start();
    return new Gateway(gateway, port);
  }

  /** Where clients reach it. */
  String address() {
    return "http://localhost:" + port;
  }

  @Override
  public void close() {
    gateway.stop();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
