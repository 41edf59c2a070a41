package io.elanus.process;

import io.elanus.log.LogOptions;
import io.elanus.log.LogStore;
import io.elanus.metadata.MetadataStore;
import io.elanus.rocksdb.RocksLogStore;
import io.elanus.rocksdb.RocksMetadataStore;
import java.nio.file.Path;

/** The one place that names RocksDB, loaded only when a setting asks for it. */
final class RocksStores {
  private RocksStores() {}

  static LogStore log(Path folder) {
    return RocksLogStore.open(folder, LogOptions.MAX_RECORD_BYTES);
  }

  static MetadataStore metadata(Path folder) {
    return RocksMetadataStore.open(folder);
  }
}
