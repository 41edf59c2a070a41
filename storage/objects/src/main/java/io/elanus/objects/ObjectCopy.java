package io.elanus.objects;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.disk.LocalDisk;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Copies an object into a local file by ranged reads, one after the other. */
final class ObjectCopy {
  private static final int STEP_BYTES = 4 << 20;

  private ObjectCopy() {}

  static void inSteps(ObjectStore store, String key, Path target, LongConsumer size) {
    long sizeBytes = store.size(key);
    size.accept(sizeBytes);
    try (DiskFile file = new LocalDisk().open(target, Disk.Mode.CREATE)) {
      for (long at = 0; at < sizeBytes; at += STEP_BYTES) {
        file.write(store.read(key, at, (int) Math.min(STEP_BYTES, sizeBytes - at)), at);
      }
    }
  }
}
