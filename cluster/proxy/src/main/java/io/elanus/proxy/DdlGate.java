package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryCoord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Optional;

/**
 * Checks a change of the catalogue and hands it to RootCoord, which checks what only it can see.
 */
final class DdlGate {
  private final Directory directory;
  private final SchemaCache cache;
  private final CollectionChecks collectionChecks;
  private final AlterChecks alterChecks;

  DdlGate(Directory directory, SchemaCache cache, ProxyConfig config) {
    this.directory = directory;
    this.cache = cache;
    this.collectionChecks = new CollectionChecks(config);
    this.alterChecks = new AlterChecks(config);
  }

  void execute(Ddl command) {
    if (check(command)) {
      directory.rootCoord().execute(command);
    }
  }

  /** Whether there is something to do. */
  private boolean check(Ddl command) {
    switch (command) {
      case Ddl.CreateDatabase create -> {
        NameChecks.checkDatabase(create.database());
        PropertyChecks.checkDatabase(create.properties());
      }
      case Ddl.DropDatabase drop -> NameChecks.checkDatabase(drop.database());
      case Ddl.AlterDatabase alter -> alterChecks.checkDatabase(alter);
      case Ddl.CreateCollection create -> collectionChecks.check(create);
      case Ddl.DropCollection drop -> NameChecks.checkCollection(drop.collection());
      case Ddl.RenameCollection rename -> checkRename(rename);
      case Ddl.AlterCollection alter -> {
        Catalogue.Collection collection = collection(alter.database(), alter.collection());
        alterChecks.checkCollection(alter, collection, isLoaded(collection));
      }
      case Ddl.AlterField alter -> {
        Catalogue.Collection collection = collection(alter.database(), alter.collection());
        alterChecks.checkField(alter, collection, isLoaded(collection));
      }
      case Ddl.AddField add ->
          alterChecks.checkAdd(add, collection(add.database(), add.collection()));
      case Ddl.DropField drop ->
          alterChecks.checkDrop(drop, collection(drop.database(), drop.collection()));
      case Ddl.Truncate truncate -> collection(truncate.database(), truncate.collection());
      case Ddl.CreatePartition create -> checkCreatePartition(create);
      case Ddl.DropPartition drop -> {
        return checkDropPartition(drop);
      }
      case Ddl.CreateAlias create -> {
        NameChecks.checkAlias(create.alias());
        NameChecks.checkCollection(create.collection());
      }
      case Ddl.AlterAlias alter -> {
        NameChecks.checkAlias(alter.alias());
        NameChecks.checkCollection(alter.collection());
      }
      case Ddl.DropAlias drop -> NameChecks.checkAlias(drop.alias());
    }
    return true;
  }

  private Catalogue.Collection collection(String database, String name) {
    return cache.collection(database, name);
  }

  private boolean isLoaded(Catalogue.Collection collection) {
    return cache.loadState(collection.id()).isPresent();
  }

  private static void checkRename(Ddl.RenameCollection rename) {
    NameChecks.checkCollection(rename.collection());
    NameChecks.checkCollection(rename.newName());
    boolean sameDatabase =
        rename.newDatabase().isEmpty() || rename.newDatabase().equals(rename.database());
    if (sameDatabase && rename.newName().equals(rename.collection())) {
      throw ElanusException.invalid("collection name or database name should be different");
    }
  }

  private void checkCreatePartition(Ddl.CreatePartition create) {
    Catalogue.Collection collection = collection(create.database(), create.collection());
    NameChecks.checkPartition(create.partition());
    refuseWithPartitionKey(collection, "create partition");
  }

  private boolean checkDropPartition(Ddl.DropPartition drop) {
    Catalogue.Collection collection = collection(drop.database(), drop.collection());
    NameChecks.checkPartition(drop.partition());
    refuseWithPartitionKey(collection, "drop partition");
    if (drop.partition().equals(Catalogue.DEFAULT_PARTITION)) {
      throw ElanusException.invalid("default partition cannot be deleted");
    }
    Optional<Catalogue.Partition> partition = collection.partition(drop.partition());
    if (partition.isEmpty()) {
      return false;
    }
    Optional<QueryCoord.LoadState> state = cache.loadState(collection.id());
    if (state.isPresent()
        && (state.get().partitions().isEmpty()
            || state.get().partitions().contains(partition.get().id()))) {
      throw ElanusException.invalid(
          "partition cannot be dropped, partition is loaded, please release it first");
    }
    return true;
  }

  static void refuseWithPartitionKey(Catalogue.Collection collection, String what) {
    if (collection.schema().partitionKey().isPresent()) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER, "disable " + what + " if partition key mode is used");
    }
  }
}
