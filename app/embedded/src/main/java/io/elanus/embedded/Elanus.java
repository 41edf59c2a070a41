package io.elanus.embedded;

import io.elanus.api.client.RemoteRequests;
import io.elanus.api.client.ServerUri;
import io.elanus.process.ElanusProcess;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;

/**
 * The way in. A path opens a database in this JVM; {@code memory:} one that is forgotten when it is
 * closed; {@code http://host:19530} one that a server or a cluster keeps.
 *
 * <pre>{@code
 * try (Database database = Elanus.open("texts-data")) {
 *   Collection texts = database.create(
 *       CollectionSpec.named("texts").longKey("id").text("title", 200).vector("embedding", 384, Metric.COSINE));
 *   texts.insert(List.of(Row.of("id", 1L, "title", "A kite", "embedding", embedding)));
 *   List<Hit> hits = texts.search(Search.near(query).limit(10).filter("title like \"A%\"").output("title"));
 * }
 * }</pre>
 *
 * <p>Any JVM from 25 on runs it without flags. With {@code --add-modules jdk.incubator.vector}
 * distances are computed several times faster; a log line says when they are not.
 */
public final class Elanus {
  private Elanus() {}

  /**
   * Opens a database. A folder is made when it is not there; it belongs to one process at a time. A
   * server is asked at once whether it is there (UNAVAILABLE when nobody answers within 10 s);
   * requests that may pass when repeated are repeated for {@code timeout} seconds, 60 unless the
   * URI says otherwise.
   *
   * @param uri a path, {@code file:} and a path, {@code memory:}, or {@code
   *     http[s]://[user:password@|token@]host[:port][/database][?timeout=seconds&ca=file]}; other
   *     schemes are INVALID_PARAMETER
   */
  public static Database open(String uri) {
    return open(uri, Settings.defaults());
  }

  /** As {@link #open(String)}, with settings of one's own; a server has its own. */
  public static Database open(String uri, Settings settings) {
    if (ServerUri.is(uri)) {
      return new OpenDatabase(RemoteRequests.open(ServerUri.parse(uri)));
    }
    if (uri.equals("memory:")) {
      return open(
          settings
              .with("log.type", "memory")
              .with("metadata.type", "memory")
              .with("objects.type", "memory"));
    }
    if (uri.contains("://") && !uri.startsWith("file:")) {
      throw ElanusException.invalid("a database is at a path, memory: or http[s]://host:port")
          .with("scheme", uri.substring(0, uri.indexOf("://")));
    }
    String path = uri.startsWith("file:") ? uri.substring("file:".length()) : uri;
    return open(settings.with(Setting.DATA_DIRECTORY, path));
  }

  private static Database open(Settings settings) {
    ElanusProcess process = ElanusProcess.start(settings);
    return new OpenDatabase(new LocalRequests(process.proxy(), process::close));
  }

  /** A database by its Proxy role, wherever that runs; closing it leaves the role as it is. */
  public static Database over(Proxy proxy) {
    return new OpenDatabase(new LocalRequests(proxy, () -> {}));
  }
}
