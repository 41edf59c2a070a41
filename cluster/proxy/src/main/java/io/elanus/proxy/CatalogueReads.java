package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;

/** What exists: databases, collections, aliases. */
final class CatalogueReads {
  private final Directory directory;
  private final SchemaCache cache;

  CatalogueReads(Directory directory, SchemaCache cache) {
    this.directory = directory;
    this.cache = cache;
  }

  Catalogue.Database database(String name) {
    return directory.rootCoord().databases().stream()
        .filter(database -> database.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new ElanusException(ErrorCode.DATABASE_NOT_FOUND).with("database", name));
  }

  Catalogue.Collection describe(String database, String name) {
    return cache.collection(database, name);
  }

  Catalogue.Collection describe(long id) {
    return directory
        .rootCoord()
        .findCollectionById(id)
        .orElseThrow(
            () -> new ElanusException(ErrorCode.COLLECTION_NOT_FOUND).with("collection", id));
  }

  Catalogue.Alias alias(String database, String alias) {
    NameChecks.checkAlias(alias);
    return directory.rootCoord().aliases(database).stream()
        .filter(each -> each.name().equals(alias))
        .findFirst()
        .orElseThrow(() ->
            new ElanusException(ErrorCode.ALIAS_NOT_FOUND)
                .with("database", database)
                .with("alias", alias));
  }

  List<Catalogue.Alias> aliases(String database, Optional<String> collection) {
    Optional<String> name = collection.map(given -> cache.collection(database, given).name());
    return directory.rootCoord().aliases(database).stream()
        .filter(alias -> name.isEmpty() || alias.collection().equals(name.get()))
        .toList();
  }
}
