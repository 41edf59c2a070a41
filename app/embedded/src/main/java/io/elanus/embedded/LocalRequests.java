package io.elanus.embedded;

import io.elanus.api.client.Requests;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.Keys;
import java.util.List;

/** Requests to a Proxy role that this JVM reaches. */
final class LocalRequests implements Requests {
  private static final String DATABASE = Catalogue.DEFAULT_DATABASE;

  private final Proxy proxy;
  private final Runnable close;

  /**
   * @param close what is closed with it
   */
  LocalRequests(Proxy proxy, Runnable close) {
    this.proxy = proxy;
    this.close = close;
  }

  @Override
  public String database() {
    return DATABASE;
  }

  @Override
  public void create(Ddl.CreateCollection command) {
    proxy.execute(command);
  }

  @Override
  public void drop(String collection) {
    proxy.execute(new Ddl.DropCollection(DATABASE, collection));
  }

  @Override
  public List<String> collections() {
    return proxy.collections(DATABASE).stream().map(Catalogue.Collection::name).toList();
  }

  @Override
  public void createIndex(Proxy.CreateIndexRequest request) {
    proxy.createIndex(request);
  }

  @Override
  public Described describe(String collection) {
    Catalogue.Collection described = proxy.describeCollection(DATABASE, collection);
    return new Described(described.schema(), described.updateTimestamp());
  }

  @Override
  public void load(String collection) {
    if (proxy.loadStatus(DATABASE, collection, List.of()) == Proxy.LoadStatus.NOT_LOADED) {
      proxy.load(
          new Proxy.LoadRequest(
              DATABASE, collection, List.of(), 0, List.of(), List.of(), false, false));
    }
  }

  @Override
  public int loadingProgress(String collection) {
    return proxy.loadingProgress(DATABASE, collection, List.of());
  }

  @Override
  public Keys insert(Proxy.InsertRequest request) {
    return proxy.insert(request).ids();
  }

  @Override
  public Keys upsert(Proxy.UpsertRequest request) {
    return proxy.upsert(request).ids();
  }

  @Override
  public long delete(Proxy.DeleteRequest request) {
    return proxy.delete(request).count();
  }

  @Override
  public Found search(Proxy.SearchRequest request) {
    Proxy.SearchAnswer answer = proxy.search(request);
    return new Found(answer.ids(), answer.scores(), answer.outputs());
  }

  @Override
  public List<Proxy.Output> query(Proxy.QueryRequest request) {
    return proxy.query(request).outputs();
  }

  @Override
  public void flush(String collection) {
    proxy.flush(DATABASE, collection);
  }

  @Override
  public void close() {
    close.run();
  }
}
