package io.elanus.metadata;

import io.elanus.disk.Disk;
import io.elanus.log.LocalLogStore;
import io.elanus.log.LogOptions;
import io.elanus.log.LogStore;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** The stores of this room. */
public final class MetadataStores {
  private MetadataStores() {}

  /** Keeps nothing; for tests and databases that shall not outlive their process. */
  public static MetadataStore inMemory() {
    return new MapMetadataStore(Journal.NONE, new TreeMap<>(), 0);
  }

  /**
   * Journals into local files.
   *
   * @param folder created when it does not exist; owned by this process
   * @param snapshotAfterBytes the least journal bytes that call for a snapshot
   * @param background prepares log files
   */
  public static MetadataStore local(
      Disk disk, Path folder, long snapshotAfterBytes, Executor background) {
    var options = new LogOptions(1 << 20, 4 << 20, 8 << 20, 4 << 20);
    return onLog(LocalLogStore.open(disk, folder, options, background), snapshotAfterBytes);
  }

  /**
   * Journals into a log store of its own, which it closes, and whose records hold at least 8 MiB.
   *
   * @param snapshotAfterBytes the least journal bytes that call for a snapshot
   */
  static MetadataStore onLog(LogStore logs, long snapshotAfterBytes) {
    boolean opened = false;
    try {
      JournalReplay replay = JournalReplay.newest(logs);
      var journal = new LogJournal(logs, replay.number(), replay.snapshotEnd(), snapshotAfterBytes);
      opened = true;
      return new MapMetadataStore(journal, replay.entries(), replay.revision());
    } finally {
      if (!opened) {
        logs.close();
      }
    }
  }
}
