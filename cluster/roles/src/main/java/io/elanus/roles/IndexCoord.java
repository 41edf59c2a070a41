package io.elanus.roles;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Index definitions and build tasks. */
public interface IndexCoord {
  /**
   * @param parameters validated and merged, as the user gave them: index_type, metric_type, build
   *     parameters
   * @param jsonPath of an index on a JSON path, else empty
   */
  record Definition(
      long id,
      long collectionId,
      long fieldId,
      String name,
      String jsonPath,
      Map<String, String> parameters,
      long createdTimestamp) {
    public Definition {
      parameters = Map.copyOf(parameters);
    }
  }

  /** Creates, or does nothing when the same exists; conflicts throw with Milvus's texts. */
  void create(Definition definition);

  void drop(long collectionId, long indexId);

  void alter(long collectionId, long indexId, Map<String, String> set, List<String> delete);

  List<Definition> definitions(long collectionId);

  enum BuildState {
    IN_PROGRESS,
    FINISHED,
    FAILED
  }

  record Progress(BuildState state, String failReason, long indexedRows, long totalRows) {}

  /** Over flushed segments; growing rows are not waited for. An empty collection is FINISHED. */
  Progress progress(long collectionId, long indexId);

  /** Built index files of these segments; a segment too small to index has none and is complete. */
  List<Segments.IndexFile> files(List<Long> segments);

  /**
   * Segments of this list whose every index is built or not needed: those that may replace growing
   * rows.
   */
  List<Long> complete(long collectionId, List<Long> segments);

  /** Called by DataCoord after segments were published or dropped. */
  void refresh(long collectionId);

  void dropCollection(long collectionId);

  Optional<Definition> definition(long collectionId, long fieldId);
}
