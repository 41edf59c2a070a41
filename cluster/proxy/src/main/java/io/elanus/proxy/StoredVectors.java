package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Vectors of stored rows as queries: search by ids (milvus.proto, SearchRequest.ids). */
final class StoredVectors {
  private record Place(Column column, int row) {}

  private final Leaders leaders;

  StoredVectors(Leaders leaders) {
    this.leaders = leaders;
  }

  /**
   * @param vectors those that are there, in the order of the keys
   * @param present whether the i-th key's row has a vector; hits of one without are none
   */
  record Found(Column vectors, boolean[] present) {
    /** Vectors of a request, each of which is there. */
    static Found all(Column vectors) {
      boolean[] present = new boolean[vectors.rows()];
      Arrays.fill(present, true);
      return new Found(vectors, present);
    }
  }

  Found of(
      Catalogue.Collection collection,
      FieldSchema field,
      Proxy.SearchInput input,
      Reads.Scope scope) {
    Keys keys = ((Proxy.SearchInput.StoredKeys) input).keys();
    FieldSchema primaryKey = collection.schema().primaryKey();
    checkKeys(primaryKey, keys);
    Map<Object, Place> places = new HashMap<>();
    Reads.Query query =
        new Reads.Query(
            scope,
            FilterPlan.keys(collection.schema(), keys),
            -1,
            false,
            List.of(primaryKey.id(), field.id()));
    for (Reads.Found found : leaders.query(collection.channels(), query)) {
      RowBatch rows = found.rows();
      if (rows.rows() > 0) {
        Keys foundKeys = rows.keys(primaryKey.id());
        for (int row = 0; row < rows.rows(); row++) {
          places.put(foundKeys.get(row), new Place(rows.get(field.id()), row));
        }
      }
    }
    return inOrder(field, keys, places);
  }

  private static void checkKeys(FieldSchema primaryKey, Keys keys) {
    boolean numbers = primaryKey.type() == DataType.INT64;
    if (numbers != keys instanceof Keys.Longs) {
      throw ElanusException.invalid(
          "type of the ids does not match the primary key "
              + primaryKey.name()
              + ", which is "
              + primaryKey.type().wireName());
    }
    if (DistinctKeys.count(keys) != keys.size()) {
      throw ElanusException.invalid("duplicate IDs found in search request");
    }
  }

  private static Found inOrder(FieldSchema field, Keys keys, Map<Object, Place> places) {
    List<Object> missing = new ArrayList<>();
    boolean[] present = new boolean[keys.size()];
    ColumnBuilder builder = ColumnBuilder.of(field);
    for (int i = 0; i < keys.size(); i++) {
      Place place = places.get(keys.get(i));
      if (place == null) {
        missing.add(keys.get(i));
      } else if (!place.column().isNull(place.row())) {
        present[i] = true;
        builder.addRow(place.column(), place.row());
      }
    }
    if (!missing.isEmpty()) {
      throw ElanusException.invalid(
          "some of the provided primary key IDs do not exist: missing IDs = "
              + missing.subList(0, Math.min(missing.size(), 100)));
    }
    return new Found(builder.build(), present);
  }
}
