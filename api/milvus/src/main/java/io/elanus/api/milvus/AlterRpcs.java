package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAddCollectionFieldMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAlterCollectionFieldMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAlterCollectionMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAlterCollectionSchemaMethod;

import com.google.protobuf.InvalidProtocolBufferException;
import io.elanus.api.milvus.proto.AddCollectionFieldRequest;
import io.elanus.api.milvus.proto.AlterCollectionFieldRequest;
import io.elanus.api.milvus.proto.AlterCollectionRequest;
import io.elanus.api.milvus.proto.AlterCollectionSchemaRequest;
import io.elanus.api.milvus.proto.AlterCollectionSchemaResponse;
import io.elanus.api.milvus.proto.FieldSchema;
import io.elanus.api.milvus.proto.Status;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;

/** AlterCollection and its kin in milvus.proto: properties, fields and schema of a collection. */
final class AlterRpcs {
  private final Proxy proxy;

  AlterRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getAlterCollectionMethod(), this::alter)
        .add(getAlterCollectionFieldMethod(), this::alterField)
        .add(getAddCollectionFieldMethod(), this::addField)
        .add(getAlterCollectionSchemaMethod(), this::alterSchema);
  }

  private Status alter(Caller caller, AlterCollectionRequest request) {
    String database = caller.database(request.getDbName());
    proxy.execute(
        new Ddl.AlterCollection(
            database,
            name(database, request.getCollectionName(), request.getCollectionID()),
            Pairs.map(request.getPropertiesList()),
            request.getDeleteKeysList()));
    return Statuses.OK;
  }

  private Status alterField(Caller caller, AlterCollectionFieldRequest request) {
    proxy.execute(
        new Ddl.AlterField(
            caller.database(request.getDbName()),
            request.getCollectionName(),
            request.getFieldName(),
            Pairs.map(request.getPropertiesList()),
            request.getDeleteKeysList()));
    return Statuses.OK;
  }

  private Status addField(Caller caller, AddCollectionFieldRequest request) {
    String database = caller.database(request.getDbName());
    FieldSchema field;
    try {
      field = FieldSchema.parseFrom(request.getSchema());
    } catch (InvalidProtocolBufferException e) {
      throw ElanusException.invalid("schema of the field cannot be read: " + e.getMessage());
    }
    proxy.execute(
        new Ddl.AddField(
            database,
            name(database, request.getCollectionName(), request.getCollectionID()),
            SchemaTranslator.field(field)));
    return Statuses.OK;
  }

  private AlterCollectionSchemaResponse alterSchema(
      Caller caller, AlterCollectionSchemaRequest request) {
    String database = caller.database(request.getDbName());
    String collection = name(database, request.getCollectionName(), request.getCollectionID());
    switch (request.getAction().getOpCase()) {
      case ADD_REQUEST ->
          proxy.execute(added(database, collection, request.getAction().getAddRequest()));
      case DROP_REQUEST ->
          proxy.execute(dropped(database, collection, request.getAction().getDropRequest()));
      case OP_NOT_SET -> throw ElanusException.invalid("action of the request is not set");
    }
    return AlterCollectionSchemaResponse.newBuilder().setAlterStatus(Statuses.OK).build();
  }

  private static Ddl added(
      String database, String collection, AlterCollectionSchemaRequest.AddRequest request) {
    if (request.getFuncSchemaCount() > 0 || request.getDoPhysicalBackfill()) {
      throw ElanusException.invalid("functions are not supported yet");
    }
    if (request.getFieldInfosCount() != 1) {
      throw ElanusException.invalid(
          "one field is added at a time, got " + request.getFieldInfosCount());
    }
    AlterCollectionSchemaRequest.FieldInfo info = request.getFieldInfos(0);
    if (!info.getIndexName().isEmpty() || info.getExtraParamsCount() > 0) {
      throw ElanusException.invalid("an index with the added field is not supported yet");
    }
    return new Ddl.AddField(database, collection, SchemaTranslator.field(info.getFieldSchema()));
  }

  private static Ddl dropped(
      String database, String collection, AlterCollectionSchemaRequest.DropRequest request) {
    return switch (request.getIdentifierCase()) {
      case FIELD_NAME -> new Ddl.DropField(database, collection, request.getFieldName(), 0);
      case FIELD_ID -> new Ddl.DropField(database, collection, "", request.getFieldId());
      case FUNCTION_NAME -> throw ElanusException.invalid("functions are not supported yet");
      case IDENTIFIER_NOT_SET -> throw ElanusException.invalid("the field to drop is not named");
    };
  }

  private String name(String database, String collection, long id) {
    return collection.isEmpty() && id != 0 ? proxy.describeCollectionById(id).name() : collection;
  }
}
