package io.elanus.process;

import io.elanus.disk.Disk;
import io.elanus.disk.FolderLock;
import io.elanus.disk.LocalDisk;
import io.elanus.log.LocalLogStore;
import io.elanus.log.LogOptions;
import io.elanus.log.LogStore;
import io.elanus.log.MemoryLogStore;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.MetadataStores;
import io.elanus.objects.LocalObjectStore;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.objects.ObjectStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The three stores of a process, in the folders {@code log}, {@code metadata} and {@code objects}
 * of its data folder, and the lock on that folder, under which nothing else is written to but the
 * cache. Closed in reverse.
 */
record Stores(
    Optional<FolderLock> lock,
    Cache cache,
    LogStore log,
    MetadataStore metadata,
    ObjectStore objects)
    implements AutoCloseable {
  static Stores open(Settings settings, Executor background) {
    StoreType logType = settings.choice(Setting.LOG_TYPE, StoreType.class);
    StoreType metadataType = settings.choice(Setting.METADATA_TYPE, StoreType.class);
    StoreType objectsType = settings.choice(Setting.OBJECTS_TYPE, StoreType.class);
    Path folder = settings.path(Setting.DATA_DIRECTORY);
    boolean onDisk =
        logType != StoreType.MEMORY
            || metadataType != StoreType.MEMORY
            || objectsType != StoreType.MEMORY;
    Disk disk = new LocalDisk();
    try (Opened opened = new Opened()) {
      Optional<FolderLock> lock = onDisk ? Optional.of(opened.add(lock(folder))) : Optional.empty();
      if (onDisk) {
        StoreRecord.check(disk, folder, logType, metadataType, objectsType);
      }
      Cache cache = opened.add(onDisk ? Cache.in(folder) : Cache.temporary());
      MetadataStore metadata =
          opened.add(
              metadata(metadataType, settings, disk, folder.resolve("metadata"), background));
      LogStore log = opened.add(log(logType, settings, disk, folder.resolve("log"), background));
      ObjectStore objects = objects(objectsType, disk, folder.resolve("objects"));
      opened.keep();
      return new Stores(lock, cache, log, metadata, objects);
    }
  }

  private static LogStore log(
      StoreType type, Settings settings, Disk disk, Path folder, Executor background) {
    return switch (type) {
      case FILES ->
          LocalLogStore.open(
              disk, folder, LogOptions.ofFiles(settings.bytes(Setting.LOG_FILE_BYTES)), background);
      case ROCKSDB -> RocksStores.log(folder);
      case MEMORY -> new MemoryLogStore();
      case KAFKA, PULSAR, ETCD, JDBC, S3, AZURE, GCS -> throw type.ofClusters("log.type");
    };
  }

  private static MetadataStore metadata(
      StoreType type, Settings settings, Disk disk, Path folder, Executor background) {
    return switch (type) {
      case FILES ->
          MetadataStores.local(
              disk, folder, settings.bytes(Setting.METADATA_SNAPSHOT_BYTES), background);
      case ROCKSDB -> RocksStores.metadata(folder);
      case MEMORY -> MetadataStores.inMemory();
      case KAFKA, PULSAR, ETCD, JDBC, S3, AZURE, GCS -> throw type.ofClusters("metadata.type");
    };
  }

  private static ObjectStore objects(StoreType type, Disk disk, Path folder) {
    return switch (type) {
      case FILES -> LocalObjectStore.open(disk, folder);
      case MEMORY -> new MemoryObjectStore();
      case KAFKA, PULSAR, ETCD, JDBC, S3, AZURE, GCS -> throw type.ofClusters("objects.type");
      case ROCKSDB ->
          throw ElanusException.invalid(
              "setting objects.type cannot be rocksdb; files and memory are there");
    };
  }

  private static FolderLock lock(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new ElanusException(
          ErrorCode.IO_FAILED, "the data folder cannot be made, " + failure.getMessage(), failure);
    }
    return FolderLock.acquire(folder);
  }

  @Override
  public void close() {
    try (objects;
        metadata;
        log) {
      // closed in the order log, metadata, objects
    } catch (Exception failure) {
      System.getLogger(Stores.class.getName())
          .log(System.Logger.Level.ERROR, "a store did not close", failure);
    } finally {
      cache.close();
      lock.ifPresent(FolderLock::close);
    }
  }
}
