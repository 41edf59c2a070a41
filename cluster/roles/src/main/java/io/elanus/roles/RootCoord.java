package io.elanus.roles;

import java.util.List;
import java.util.Optional;

/** The catalogue, ids, and the timestamp oracle. */
public interface RootCoord {
  /**
   * @param first of {@code count} consecutive values
   */
  record Range(long first, int count) {}

  /**
   * Fresh timestamps, larger than every one handed out before, over restarts and clock steps too.
   * Consecutive: first, first + 1, ….
   */
  Range allocateTimestamps(int count);

  /** Fresh 64-bit ids; one space for collections, partitions, segments, rows, tasks. */
  Range allocateIds(int count);

  /**
   * Carries out a change; it is durable, and seen by every request that begins later, when this
   * returns.
   */
  void execute(Ddl command);

  List<Catalogue.Database> databases();

  /**
   * By name or alias; empty when there is none; DATABASE_NOT_FOUND when there is no such database.
   */
  Optional<Catalogue.Collection> findCollection(String database, String name);

  Optional<Catalogue.Collection> findCollectionById(long id);

  List<Catalogue.Collection> collections(String database);

  List<Catalogue.Alias> aliases(String database);
}
