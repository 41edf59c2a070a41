package io.elanus.roles;

import java.util.Collection;
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

  /**
   * What is known of an index over the files of its segments.
   *
   * @param bytes of the files
   * @param resident of them, what every search may need in memory; all, where that is not known
   * @param foretold bytes that were expected before they were built, as far as that is known
   * @param forms what was built where the type leaves that open, each once
   * @param recall least of those that the builds measured, at the default effort; empty: none did
   */
  record Measured(
      int files,
      long bytes,
      long resident,
      long foretold,
      List<String> forms,
      Optional<Float> recall) {
    public static final Measured NOTHING = new Measured(0, 0, 0, 0, List.of(), Optional.empty());

    public Measured {
      forms = List.copyOf(forms);
    }

    /** Over files of one index, or of many. */
    public static Measured of(Collection<Segments.IndexFile> files) {
      return new Measured(
          files.size(),
          files.stream().mapToLong(Segments.IndexFile::bytes).sum(),
          files.stream()
              .mapToLong(file -> file.resident() == 0 ? file.bytes() : file.resident())
              .sum(),
          files.stream().mapToLong(Segments.IndexFile::foretold).sum(),
          files.stream()
              .map(file -> file.parameters().getOrDefault(Segments.IndexFile.BUILT_AS, ""))
              .filter(form -> !form.isEmpty())
              .distinct()
              .sorted()
              .toList(),
          files.stream().flatMap(file -> file.recall().stream()).min(Float::compare));
    }
  }

  /**
   * How far an index is.
   *
   * @param done share of the work, 0 to 1: the indexed rows, and of the others what builds that run
   *     have done of theirs
   */
  record Progress(
      BuildState state,
      String failReason,
      long indexedRows,
      long totalRows,
      double done,
      Measured measured) {
    /** Of an index that is finished, without files. */
    public static final Progress EMPTY =
        new Progress(BuildState.FINISHED, "", 0, 0, 1, Measured.NOTHING);
  }

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

  /**
   * Called by a query node that cannot use a file because it is damaged, missing or of an older
   * format: the file is built anew, under another key, while the segment is served without it.
   */
  void damaged(Segments.IndexFile file);

  /**
   * Of the whole process.
   *
   * @param damaged files that query nodes could not use, since the start
   */
  record Statistics(Measured measured, long damaged) {}

  Statistics statistics();

  void dropCollection(long collectionId);

  Optional<Definition> definition(long collectionId, long fieldId);
}
