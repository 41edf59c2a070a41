package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAlterDatabaseMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getCreateDatabaseMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDescribeDatabaseMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDropDatabaseMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getListDatabasesMethod;

import io.elanus.api.milvus.proto.AlterDatabaseRequest;
import io.elanus.api.milvus.proto.CreateDatabaseRequest;
import io.elanus.api.milvus.proto.DescribeDatabaseRequest;
import io.elanus.api.milvus.proto.DescribeDatabaseResponse;
import io.elanus.api.milvus.proto.DropDatabaseRequest;
import io.elanus.api.milvus.proto.ListDatabasesRequest;
import io.elanus.api.milvus.proto.ListDatabasesResponse;
import io.elanus.api.milvus.proto.Status;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;

/** The calls of milvus.proto about databases. */
final class DatabaseRpcs {
  private final Proxy proxy;

  DatabaseRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getCreateDatabaseMethod(), this::create)
        .add(getDropDatabaseMethod(), this::drop)
        .add(getAlterDatabaseMethod(), this::alter)
        .add(getListDatabasesMethod(), this::list)
        .add(getDescribeDatabaseMethod(), this::describe);
  }

  // The name is the request's own even when it is empty: the header names where, not what.
  private Status create(Caller caller, CreateDatabaseRequest request) {
    proxy.execute(
        new Ddl.CreateDatabase(request.getDbName(), Pairs.map(request.getPropertiesList())));
    return Statuses.OK;
  }

  private Status drop(Caller caller, DropDatabaseRequest request) {
    proxy.execute(new Ddl.DropDatabase(request.getDbName()));
    return Statuses.OK;
  }

  private Status alter(Caller caller, AlterDatabaseRequest request) {
    proxy.execute(
        new Ddl.AlterDatabase(
            caller.database(request.getDbName()),
            Pairs.map(request.getPropertiesList()),
            request.getDeleteKeysList()));
    return Statuses.OK;
  }

  private ListDatabasesResponse list(Caller caller, ListDatabasesRequest request) {
    ListDatabasesResponse.Builder answer =
        ListDatabasesResponse.newBuilder().setStatus(Statuses.OK);
    for (Catalogue.Database database : proxy.databases()) {
      answer.addDbNames(database.name());
      answer.addDbIds(database.id());
      answer.addCreatedTimestamp(database.createdTimestamp());
    }
    return answer.build();
  }

  private DescribeDatabaseResponse describe(Caller caller, DescribeDatabaseRequest request) {
    Catalogue.Database database = proxy.describeDatabase(caller.database(request.getDbName()));
    return DescribeDatabaseResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setDbName(database.name())
        .setDbID(database.id())
        .setCreatedTimestamp(database.createdTimestamp())
        .addAllProperties(Pairs.list(database.properties()))
        .build();
  }
}
