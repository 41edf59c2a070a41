package io.elanus.api.milvus;

import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getAlterAliasMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getCreateAliasMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDescribeAliasMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getDropAliasMethod;
import static io.elanus.api.milvus.proto.MilvusServiceGrpc.getListAliasesMethod;

import io.elanus.api.milvus.proto.AlterAliasRequest;
import io.elanus.api.milvus.proto.CreateAliasRequest;
import io.elanus.api.milvus.proto.DescribeAliasRequest;
import io.elanus.api.milvus.proto.DescribeAliasResponse;
import io.elanus.api.milvus.proto.DropAliasRequest;
import io.elanus.api.milvus.proto.ListAliasesRequest;
import io.elanus.api.milvus.proto.ListAliasesResponse;
import io.elanus.api.milvus.proto.Status;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import java.util.Optional;

/** CreateAlias, AlterAlias, DropAlias, DescribeAlias, ListAliases of milvus.proto. */
final class AliasRpcs {
  private final Proxy proxy;

  AliasRpcs(Proxy proxy) {
    this.proxy = proxy;
  }

  void addTo(Rpcs rpcs) {
    rpcs.add(getCreateAliasMethod(), this::create)
        .add(getAlterAliasMethod(), this::alter)
        .add(getDropAliasMethod(), this::drop)
        .add(getDescribeAliasMethod(), this::describe)
        .add(getListAliasesMethod(), this::list);
  }

  private Status create(Caller caller, CreateAliasRequest request) {
    proxy.execute(
        new Ddl.CreateAlias(
            caller.database(request.getDbName()), request.getAlias(), request.getCollectionName()));
    return Statuses.OK;
  }

  private Status alter(Caller caller, AlterAliasRequest request) {
    proxy.execute(
        new Ddl.AlterAlias(
            caller.database(request.getDbName()), request.getAlias(), request.getCollectionName()));
    return Statuses.OK;
  }

  private Status drop(Caller caller, DropAliasRequest request) {
    proxy.execute(new Ddl.DropAlias(caller.database(request.getDbName()), request.getAlias()));
    return Statuses.OK;
  }

  private DescribeAliasResponse describe(Caller caller, DescribeAliasRequest request) {
    Catalogue.Alias alias =
        proxy.describeAlias(caller.database(request.getDbName()), request.getAlias());
    return DescribeAliasResponse.newBuilder()
        .setStatus(Statuses.OK)
        .setDbName(alias.database())
        .setAlias(alias.name())
        .setCollection(alias.collection())
        .build();
  }

  private ListAliasesResponse list(Caller caller, ListAliasesRequest request) {
    String database = caller.database(request.getDbName());
    Optional<String> collection =
        Optional.of(request.getCollectionName()).filter(name -> !name.isEmpty());
    ListAliasesResponse.Builder answer =
        ListAliasesResponse.newBuilder()
            .setStatus(Statuses.OK)
            .setDbName(database)
            .setCollectionName(request.getCollectionName());
    proxy.aliases(database, collection).forEach(alias -> answer.addAliases(alias.name()));
    return answer.build();
  }
}
