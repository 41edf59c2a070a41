package io.elanus.embedded;

import io.elanus.api.client.Requests;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;

/** A database by its requests, wherever they are answered. */
final class OpenDatabase implements Database {
  private static final long FIRST_POLL_MILLIS = 2;
  private static final long LONGEST_POLL_MILLIS = 50;

  private final Requests requests;

  /**
   * @param requests closed with the database
   */
  OpenDatabase(Requests requests) {
    this.requests = requests;
  }

  @Override
  public Collection create(CollectionSpec spec) {
    CollectionSchema schema =
        new CollectionSchema(spec.name(), "", spec.fields(), Map.of(), 0, List.of(), 0);
    requests.create(
        new Ddl.CreateCollection(
            requests.database(), schema, spec.dynamic(), 1, 0, Consistency.STRONG, Map.of()));
    spec.indexes()
        .forEach((field, parameters) ->
            requests.createIndex(
                new Proxy.CreateIndexRequest(
                    requests.database(), spec.name(), field, "", parameters)));
    return collection(spec.name());
  }

  @Override
  public Collection collection(String name) {
    Requests.Described described = requests.describe(name);
    requests.load(name);
    awaitLoaded(requests, name);
    return new OpenCollection(requests, name, described);
  }

  @Override
  public List<String> collections() {
    return requests.collections();
  }

  @Override
  public void drop(String name) {
    requests.drop(name);
  }

  @Override
  public void close() {
    requests.close();
  }

  /**
   * @throws ElanusException CANCELLED when this thread is interrupted
   */
  static void awaitLoaded(Requests requests, String name) {
    long pause = FIRST_POLL_MILLIS;
    while (requests.loadingProgress(name) < 100) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new ElanusException(
                ErrorCode.CANCELLED, "interrupted while the collection was loaded", interrupted)
            .with("collection", name);
      }
      pause = Math.min(LONGEST_POLL_MILLIS, 2 * pause);
    }
  }
}
