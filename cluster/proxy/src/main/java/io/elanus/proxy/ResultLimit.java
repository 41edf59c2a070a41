package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.List;

/** Keeps answers below the result limit; judged before anything is allocated. */
final class ResultLimit {
  /** Of a hit, beside its key and its fields. */
  private static final long SCORE_BYTES = 4;

  private final Directory directory;
  private final long maxBytes;

  ResultLimit(Directory directory, ProxyConfig config) {
    this.directory = directory;
    this.maxBytes = config.maxResultBytes();
  }

  /** Bytes that a row has at least. */
  private static long rowBytes(List<FieldSchema> fields) {
    return fields.stream().mapToLong(ResultLimit::rowBytes).sum();
  }

  private static long rowBytes(FieldSchema field) {
    DataType type = field.type();
    return type.layout() == DataType.Layout.FIXED && !field.nullable()
        ? type.rowBytes(field.dimension())
        : 1;
  }

  /**
   * Refuses a search whose full answer could not be returned. How many rows there are is looked up
   * only when the request alone would be too large.
   */
  void checkSearch(
      Catalogue.Collection collection, long queries, long rows, List<FieldSchema> fields) {
    long each = SCORE_BYTES + rowBytes(collection.schema().primaryKey()) + rowBytes(fields);
    if (queries * rows * each <= maxBytes) {
      return;
    }
    long existing =
        directory.dataCoord().rowCounts(collection.id()).values().stream()
            .mapToLong(Long::longValue)
            .sum();
    if (queries * Math.min(rows, existing) * each > maxBytes) {
      throw tooLarge("search");
    }
  }

  /** Refuses the keys of a search that are longer than was to be known before. */
  void checkKeys(Keys keys) {
    if (keys instanceof Keys.Texts texts) {
      long bytes = SCORE_BYTES * texts.size();
      for (int i = 0; i < texts.size() && bytes <= maxBytes; i++) {
        bytes += texts.get(i).length();
      }
      if (bytes > maxBytes) {
        throw tooLarge("search");
      }
    }
  }

  /** One row more than could be returned: a query that finds so many is refused. */
  long mostRows(List<FieldSchema> fields) {
    return maxBytes / Math.max(1, rowBytes(fields)) + 1;
  }

  void checkRows(List<FieldSchema> fields, long rows) {
    if (rows * rowBytes(fields) > maxBytes) {
      throw tooLarge("query");
    }
  }

  void checkBatches(String verb, List<RowBatch> batches) {
    long bytes =
        batches.stream()
            .flatMap(batch -> batch.columns().values().stream())
            .mapToLong(RowGather::bytes)
            .sum();
    if (bytes > maxBytes) {
      throw tooLarge(verb);
    }
  }

  private ElanusException tooLarge(String verb) {
    return ElanusException.invalid(
        (verb.equals("search") ? "search" : "query")
            + " results exceed the maxOutputSize Limit "
            + maxBytes
            + ", ask for fewer rows or fields");
  }
}
