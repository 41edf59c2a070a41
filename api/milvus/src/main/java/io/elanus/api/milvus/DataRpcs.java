package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDeleteMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getInsertMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getUpsertMethod;

import io.elanus.api.milvus.proto.DeleteRequest;
import io.elanus.api.milvus.proto.MutationResult;
import io.elanus.api.milvus.proto.Status;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.grpc.StatusRuntimeException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Insert, Upsert, Delete of milvus.proto. */
final class DataRpcs {
  private static final int MOST_ERROR_INDEXES = 1_000_000;

  private final Proxy proxy;
  private final RowMeters meters;

  DataRpcs(Proxy proxy, RowMeters meters) {
    this.proxy = proxy;
    this.meters = meters;
  }

  void addTo(Rpcs rpcs) {
    rpcs.addRaw(getInsertMethod(), this::insert, DataRpcs::failed)
        .addRaw(getUpsertMethod(), this::upsert, DataRpcs::failed)
        .add(getDeleteMethod(), this::delete);
  }

  private MutationResult insert(Caller caller, RawRequest request) {
    WireRows rows = WireRows.ofInsert(request);
    Proxy.Mutation mutation = proxy.insert(translate(caller, rows, request));
    meters.inserted(mutation.count());
    return written(mutation).setInsertCnt(mutation.count()).build();
  }

  private MutationResult upsert(Caller caller, RawRequest request) {
    WireRows rows = WireRows.ofUpsert(request);
    Map<String, Proxy.ArrayOperation> operations = new LinkedHashMap<>();
    rows.operations().forEach((field, number) -> operations.put(field, operation(field, number)));
    Proxy.Mutation mutation =
        proxy.upsert(
            new Proxy.UpsertRequest(translate(caller, rows, request), rows.partial(), operations));
    meters.upserted(mutation.count());
    return written(mutation)
        .setInsertCnt(mutation.count())
        .setDeleteCnt(mutation.count())
        .setUpsertCnt(mutation.count())
        .build();
  }

  private static Proxy.ArrayOperation operation(String field, int number) {
    return switch (number) {
      case 0 -> Proxy.ArrayOperation.REPLACE;
      case 1 -> Proxy.ArrayOperation.APPEND;
      case 2 -> Proxy.ArrayOperation.REMOVE;
      default ->
          throw ElanusException.invalid(
              "partial-update op " + number + " of field \"" + field + "\" is not known");
    };
  }

  private Proxy.InsertRequest translate(Caller caller, WireRows rows, RawRequest request) {
    String database = caller.database(rows.database());
    Catalogue.Collection collection = proxy.describeCollection(database, rows.collection());
    checkSchemaTimestamp(rows, collection);
    // No row takes less than a byte, so that a number of rows cannot ask for memory by itself.
    if (rows.rows() == 0 || rows.rows() > request.bytes().length) {
      throw ElanusException.invalid(
          rows.rows() == 0
              ? "num_rows should be greater than 0"
              : "num_rows (" + rows.rows() + ") is larger than the data of the request");
    }
    return new Proxy.InsertRequest(
        database,
        rows.collection(),
        rows.partition(),
        (int) rows.rows(),
        columns(rows, collection.schema()),
        rows.schemaTimestamp());
  }

  /** Before the columns, which a stale client may have built for another schema. */
  private static void checkSchemaTimestamp(WireRows rows, Catalogue.Collection collection) {
    if (rows.schemaTimestamp() != 0 && rows.schemaTimestamp() != collection.updateTimestamp()) {
      throw new ElanusException(ErrorCode.SCHEMA_MISMATCH).with("collection", rows.collection());
    }
  }

  private static Map<String, Column> columns(WireRows rows, CollectionSchema schema) {
    Map<String, Column> columns = new LinkedHashMap<>();
    for (WireField data : rows.fields()) {
      String name = data.dynamic() ? CollectionSchema.DYNAMIC_FIELD_NAME : data.name();
      FieldSchema field = field(schema, name, data.dynamic());
      if (columns.put(name, FieldDataReader.read(data, field, (int) rows.rows())) != null) {
        throw ElanusException.invalid("more fieldData has pass in, duplicated field name " + name);
      }
    }
    return columns;
  }

  private static FieldSchema field(CollectionSchema schema, String name, boolean dynamic) {
    if (name.equals(CollectionSchema.DYNAMIC_FIELD_NAME) && !schema.enableDynamicField()) {
      throw ElanusException.invalid(
          "without dynamic schema enabled, the field name cannot be set to $meta");
    }
    return (dynamic ? schema.dynamicField() : schema.field(name))
        .orElseThrow(
            () -> ElanusException.invalid("fieldName " + name + " not exist in collection schema"));
  }

  private MutationResult delete(Caller caller, DeleteRequest request) {
    Proxy.Mutation mutation =
        proxy.delete(
            new Proxy.DeleteRequest(
                caller.database(request.getDbName()),
                request.getCollectionName(),
                request.getPartitionName(),
                request.getExpr(),
                Values.templates(caller, request.getExpr(), request::getExprTemplateValuesMap),
                ReadLevels.of(false, request.getConsistencyLevel(), 0)));
    meters.deleted(mutation.count());
    return MutationResult.newBuilder()
        .setStatus(Statuses.OK)
        .setDeleteCnt(mutation.count())
        .setTimestamp(mutation.timestamp())
        .build();
  }

  private static MutationResult.Builder written(Proxy.Mutation mutation) {
    MutationResult.Builder result =
        MutationResult.newBuilder()
            .setStatus(Statuses.OK)
            .setIDs(WireKeys.write(mutation.ids()))
            .setTimestamp(mutation.timestamp());
    for (int row = 0; row < mutation.count(); row++) {
      result.addSuccIndex(row);
    }
    return result;
  }

  /** All rows have failed. */
  private static MutationResult failed(RawRequest request, Status status) {
    MutationResult.Builder result =
        MutationResult.newBuilder().setStatus(Statuses.forMutation(status));
    long rows = Math.min(rows(request), Math.min(MOST_ERROR_INDEXES, request.bytes().length));
    for (int row = 0; row < rows; row++) {
      result.addErrIndex(row);
    }
    return result.build();
  }

  /** None for a request that was refused before its end was looked at, and is broken there. */
  private static long rows(RawRequest request) {
    try {
      return request.number(7);
    } catch (StatusRuntimeException broken) {
      return 0;
    }
  }
}
