package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads whole rows by key, as a write needs them. */
final class RowLookup {
  private final Leaders leaders;

  RowLookup(Leaders leaders) {
    this.leaders = leaders;
  }

  /** A stored row. */
  record Place(RowBatch batch, int row) {
    Column column(long fieldId) {
      return batch.get(fieldId);
    }
  }

  /** The rows that are there, by key. */
  Map<Object, Place> find(
      Catalogue.Collection collection, Keys keys, Optional<Long> partition, long timestamp) {
    Reads.Query query =
        new Reads.Query(
            scope(collection, partition.map(Set::of).orElse(Set.of()), timestamp),
            FilterPlan.keys(collection.schema(), keys),
            -1,
            false,
            collection.schema().fields().stream().map(FieldSchema::id).toList());
    long keyId = collection.schema().primaryKey().id();
    Map<Object, Place> places = new HashMap<>();
    for (Reads.Found found : leaders.query(collection.channels(), query)) {
      if (found.rows().rows() > 0) {
        Keys present = found.rows().keys(keyId);
        for (int row = 0; row < present.size(); row++) {
          places.put(present.get(row), new Place(found.rows(), row));
        }
      }
    }
    return places;
  }

  /** Keys of the rows that match a filter. */
  Keys matching(
      Catalogue.Collection collection, FilterPlan filter, Set<Long> partitions, long timestamp) {
    FieldSchema key = collection.schema().primaryKey();
    Reads.Query query =
        new Reads.Query(
            scope(collection, partitions, timestamp),
            filter.filter(),
            -1,
            false,
            List.of(key.id()));
    List<Keys> pieces =
        leaders.query(ReadChannels.of(collection, filter), query).stream()
            .map(Reads.Found::rows)
            .filter(rows -> rows.rows() > 0)
            .map(rows -> rows.keys(key.id()))
            .toList();
    return Keys.joined(pieces, key.type() == DataType.VARCHAR);
  }

  private static Reads.Scope scope(
      Catalogue.Collection collection, Set<Long> partitions, long timestamp) {
    return new Reads.Scope(
        timestamp,
        partitions,
        ReadClock.expiredBefore(collection, timestamp),
        false,
        collection.schema().version());
  }
}
