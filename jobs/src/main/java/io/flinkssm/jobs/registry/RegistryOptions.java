package io.flinkssm.jobs.registry;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;

/**
 * How to reach a schema registry.
 *
 * @param url base address, {@code http} or {@code https}, without user information
 * @param user user name for basic authentication, or null for none
 * @param password password for basic authentication, or null for none
 * @param timeout limit of one request, connecting included
 * @param attempts how often a request is tried before it fails, ≥ 1; only failures that may pass
 *     (no connection, 429, 5xx) are tried again
 * @param backoff wait before the second attempt, doubled before each further one
 */
public record RegistryOptions(
    String url, String user, String password, Duration timeout, int attempts, Duration backoff)
    implements Serializable {

  public RegistryOptions {
    URI uri = URI.create(url);
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw new IllegalArgumentException(
          "registry url '" + url + "' must look like http://host:port or https://host:port/path");
    }
    if (uri.getUserInfo() != null) {
      // Addresses are shown in messages and logs; passwords must not be.
      throw new IllegalArgumentException(
          "registry url at "
              + uri.getHost()
              + " contains a user name or password: give them as registry.user and"
              + " registry.password");
    }
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException(
          "registry user and password must be given together, found only the "
              + (user == null ? "password" : "user"));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("registry attempts must be >= 1, found " + attempts);
    }
    if (timeout.isNegative() || timeout.isZero() || backoff.isNegative()) {
      throw new IllegalArgumentException(
          "registry timeout must be > 0 and backoff >= 0, found " + timeout + " and " + backoff);
    }
    url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** Defaults: no authentication, 10 s a request, 4 attempts, first wait 200 ms. */
  public static RegistryOptions of(String url) {
    return new RegistryOptions(url, null, null, Duration.ofSeconds(10), 4, Duration.ofMillis(200));
  }

  /** These options with basic authentication. */
  public RegistryOptions withBasicAuth(String newUser, String newPassword) {
    return new RegistryOptions(url, newUser, newPassword, timeout, attempts, backoff);
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return "RegistryOptions[" + url + (user == null ? "" : ", user " + user) + "]";
  }
}
