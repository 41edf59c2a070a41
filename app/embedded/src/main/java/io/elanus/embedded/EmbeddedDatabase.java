package io.elanus.embedded;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;

/** A database over a Proxy role that this JVM reaches. */
final class EmbeddedDatabase implements Database {
  private static final long LOAD_POLL_MILLIS = 2;

  private final Proxy proxy;
  private final Runnable close;

  /**
   * @param close what is closed with it
   */
  EmbeddedDatabase(Proxy proxy, Runnable close) {
    this.proxy = proxy;
    this.close = close;
  }

  @Override
  public Collection create(CollectionSpec spec) {
    CollectionSchema schema =
        new CollectionSchema(spec.name(), "", spec.fields(), Map.of(), 0, List.of(), 0);
    proxy.execute(
        new Ddl.CreateCollection(
            Catalogue.DEFAULT_DATABASE,
            schema,
            spec.dynamic(),
            1,
            0,
            Consistency.STRONG,
            Map.of()));
    spec.indexes()
        .forEach((field, parameters) ->
            proxy.createIndex(
                new Proxy.CreateIndexRequest(
                    Catalogue.DEFAULT_DATABASE, spec.name(), field, "", parameters)));
    return collection(spec.name());
  }

  @Override
  public Collection collection(String name) {
    proxy.describeCollection(Catalogue.DEFAULT_DATABASE, name);
    if (proxy.loadStatus(Catalogue.DEFAULT_DATABASE, name, List.of())
        == Proxy.LoadStatus.NOT_LOADED) {
      proxy.load(
          new Proxy.LoadRequest(
              Catalogue.DEFAULT_DATABASE, name, List.of(), 0, List.of(), List.of(), false, false));
    }
    awaitLoaded(proxy, name);
    return new EmbeddedCollection(proxy, name);
  }

  @Override
  public List<String> collections() {
    return proxy.collections(Catalogue.DEFAULT_DATABASE).stream()
        .map(Catalogue.Collection::name)
        .toList();
  }

  @Override
  public void drop(String name) {
    proxy.execute(new Ddl.DropCollection(Catalogue.DEFAULT_DATABASE, name));
  }

  @Override
  public void close() {
    close.run();
  }

  /**
   * @throws ElanusException CANCELLED when this thread is interrupted
   */
  static void awaitLoaded(Proxy proxy, String name) {
    while (proxy.loadingProgress(Catalogue.DEFAULT_DATABASE, name, List.of()) < 100) {
      try {
        Thread.sleep(LOAD_POLL_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new ElanusException(
                ErrorCode.CANCELLED, "interrupted while the collection was loaded", interrupted)
            .with("collection", name);
      }
    }
  }
}
