package io.elanus.proxy;

import io.elanus.index.GpuIndexes;
import io.elanus.index.IndexType;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Creating, describing, dropping and altering indexes. */
final class IndexOperations {
  private static final Set<String> ALTERABLE =
      Set.of("mmap.enabled", "indexoffsetcache.enabled", "warmup");

  private final Directory directory;
  private final SchemaCache cache;
  private final IdSource ids;
  private final ReadClock readClock;

  IndexOperations(Directory directory, SchemaCache cache, IdSource ids, ReadClock readClock) {
    this.directory = directory;
    this.cache = cache;
    this.ids = ids;
    this.readClock = readClock;
  }

  void create(Proxy.CreateIndexRequest request) {
    Catalogue.Collection collection = cache.collection(request.database(), request.collection());
    FieldSchema field = field(collection, request);
    if (!request.indexName().isEmpty()) {
      NameChecks.checkIndex(request.indexName());
    }
    IndexChecks.Checked checked = IndexChecks.checked(field, parameters(field, request));
    String name =
        request.indexName().isEmpty() ? request.field() + checked.pointer() : request.indexName();
    directory
        .indexCoord()
        .create(
            new IndexCoord.Definition(
                ids.take(1),
                collection.id(),
                field.id(),
                name,
                checked.pointer(),
                checked.parameters(),
                readClock.fresh()));
    cache.forget(collection.id());
  }

  /** A declared field, or the dynamic field for a path below one of its keys. */
  private static FieldSchema field(
      Catalogue.Collection collection, Proxy.CreateIndexRequest request) {
    CollectionSchema schema = collection.schema();
    Optional<FieldSchema> field = schema.field(request.field());
    if (field.isEmpty() && request.parameters().containsKey("json_cast_type")) {
      field = schema.dynamicField();
    }
    return field.orElseThrow(() ->
        ElanusException.invalid("cannot create index on non-exist field: " + request.field()));
  }

  /** The name of a dynamic key is its path when no other is given. */
  private static Map<String, String> parameters(
      FieldSchema field, Proxy.CreateIndexRequest request) {
    if (!field.dynamic() || request.parameters().containsKey("json_path")) {
      return request.parameters();
    }
    Map<String, String> parameters = new HashMap<>(request.parameters());
    parameters.put("json_path", request.field());
    return parameters;
  }

  List<Proxy.IndexDescription> describe(String database, String name, String indexOrField) {
    Catalogue.Collection collection = cache.collection(database, name);
    List<Proxy.IndexDescription> found =
        matching(collection, indexOrField).stream()
            .map(definition -> description(collection, definition))
            .toList();
    if (found.isEmpty()) {
      throw new ElanusException(ErrorCode.INDEX_NOT_FOUND)
          .with("collection", name)
          .with("index", indexOrField);
    }
    return found;
  }

  private Proxy.IndexDescription description(
      Catalogue.Collection collection, IndexCoord.Definition definition) {
    Optional<FieldSchema> field = collection.schema().field(definition.fieldId());
    return new Proxy.IndexDescription(
        definition,
        field.map(FieldSchema::name).orElse(definition.name()),
        directory.indexCoord().progress(collection.id(), definition.id()),
        field.flatMap(of -> builtAs(definition, of.type())).map(IndexType::name).orElse(""));
  }

  /** What a name that is no index of ours means, whatever the rows of a segment are. */
  private static Optional<IndexType> builtAs(IndexCoord.Definition definition, DataType rows) {
    String name = definition.parameters().getOrDefault("index_type", "");
    return GpuIndexes.counterpart(name)
        .or(() ->
            IndexType.ofName(name)
                .filter(type -> type.over(rows) != type)
                .map(type -> type.over(rows)));
  }

  /** Those of this name; else those on the field of this name; all when no name is given. */
  private List<IndexCoord.Definition> matching(
      Catalogue.Collection collection, String indexOrField) {
    List<IndexCoord.Definition> all = cache.indexes(collection.id());
    if (indexOrField.isEmpty()) {
      return all;
    }
    List<IndexCoord.Definition> named =
        all.stream().filter(definition -> definition.name().equals(indexOrField)).toList();
    if (!named.isEmpty()) {
      return named;
    }
    return collection.schema().field(indexOrField).stream()
        .flatMap(field -> all.stream().filter(definition -> definition.fieldId() == field.id()))
        .toList();
  }

  void drop(String database, String name, String indexOrField) {
    Catalogue.Collection collection = cache.collection(database, name);
    List<IndexCoord.Definition> found = matching(collection, indexOrField);
    if (found.size() > 1) {
      throw new ElanusException(
          ErrorCode.INDEX_DUPLICATE, "there are multiple indexes, please specify the index_name");
    }
    for (IndexCoord.Definition definition : found) {
      checkDrop(collection, definition);
      directory.indexCoord().drop(collection.id(), definition.id());
    }
    cache.forget(collection.id());
  }

  private void checkDrop(Catalogue.Collection collection, IndexCoord.Definition definition) {
    boolean vector =
        collection
            .schema()
            .field(definition.fieldId())
            .filter(field -> field.type().isVector())
            .isPresent();
    if (vector && cache.loadState(collection.id()).isPresent()) {
      throw ElanusException.invalid(
          "vector index cannot be dropped on loaded collection: " + collection.id());
    }
  }

  void alter(
      String database, String name, String index, Map<String, String> set, List<String> delete) {
    Catalogue.Collection collection = cache.collection(database, name);
    if (index.isEmpty()) {
      throw ElanusException.invalid("index name is empty");
    }
    if (!set.isEmpty() && !delete.isEmpty()) {
      throw ElanusException.invalid("cannot provide both DeleteKeys and ExtraParams");
    }
    set.keySet().forEach(IndexOperations::checkAlterable);
    delete.forEach(IndexOperations::checkAlterable);
    PropertyChecks.checkLoading(set);
    IndexCoord.Definition definition =
        cache.indexes(collection.id()).stream()
            .filter(each -> each.name().equals(index))
            .findFirst()
            .orElseThrow(() ->
                new ElanusException(ErrorCode.INDEX_NOT_FOUND)
                    .with("collection", name)
                    .with("index", index));
    if (cache.loadState(collection.id()).isPresent()) {
      throw new ElanusException(
              ErrorCode.COLLECTION_LOADED,
              "can't alter index on loaded collection, please release the collection first")
          .with("collection", name);
    }
    directory.indexCoord().alter(collection.id(), definition.id(), set, delete);
    cache.forget(collection.id());
  }

  private static void checkAlterable(String key) {
    if (!ALTERABLE.contains(key)) {
      throw ElanusException.invalid(key + " is not a configable index property");
    }
  }
}
