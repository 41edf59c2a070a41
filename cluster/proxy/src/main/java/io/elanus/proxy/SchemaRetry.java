package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs a request with the collection as it is known, and again with fresh knowledge when a node
 * says that the schema has moved on.
 */
final class SchemaRetry {
  private static final int ATTEMPTS = 5;

  private final SchemaCache cache;

  SchemaRetry(SchemaCache cache) {
    this.cache = cache;
  }

  <R> R run(String database, String name, Function<Catalogue.Collection, R> request) {
    for (int attempt = 1; ; attempt++) {
      Catalogue.Collection collection = cache.collection(database, name);
      try {
        return request.apply(collection);
      } catch (RolesMoved moved) {
        cache.forget(collection.id());
        if (attempt == ATTEMPTS) {
          throw moved.cause();
        }
      }
    }
  }

  /** A mismatch between roles, as against one between client and proxy. */
  static <R> R betweenRoles(Supplier<R> call) {
    try {
      return call.get();
    } catch (ElanusException e) {
      if (e.code() == ErrorCode.SCHEMA_MISMATCH) {
        throw new RolesMoved(e);
      }
      throw e;
    }
  }

  private static final class RolesMoved extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ElanusException mismatch;

    RolesMoved(ElanusException mismatch) {
      super(mismatch);
      this.mismatch = mismatch;
    }

    ElanusException cause() {
      return mismatch;
    }
  }
}
