package io.elanus.process;

import io.elanus.disk.Disk;
import io.elanus.disk.DiskFile;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Which stores hold a folder's data: the file {@code stores}, three lines {@code log=files}, {@code
 * metadata=files}, {@code objects=files}, written at the first start. Other types would find an
 * empty catalogue beside the objects of the old one, and take them for leftovers.
 */
final class StoreRecord {
  private static final String NAME = "stores";

  /** More is none of ours, and need not be read to be told. */
  private static final long MOST_BYTES = 1024;

  private StoreRecord() {}

  /**
   * @throws ElanusException INVALID_PARAMETER when the folder was written with other types
   */
  static void check(Disk disk, Path folder, StoreType log, StoreType metadata, StoreType objects) {
    String wanted =
        "log=%s%nmetadata=%s%nobjects=%s%n"
            .formatted(log, metadata, objects)
            .toLowerCase(Locale.ROOT)
            .replace("\r", "");
    Path file = folder.resolve(NAME);
    if (disk.kind(file) == Disk.Kind.MISSING) {
      disk.replace(file, StandardCharsets.UTF_8.encode(wanted));
      return;
    }
    String found = read(disk, file);
    if (!found.equals(wanted)) {
      throw ElanusException.invalid(
              "the data folder was written with other stores; start with the types it names")
          .with("folder", folder)
          .with("found", found.strip().replace('\n', ' '))
          .with("asked", wanted.strip().replace('\n', ' '));
    }
  }

  private static String read(Disk disk, Path path) {
    try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.toIntExact(Math.min(MOST_BYTES, file.sizeBytes())));
      file.read(bytes, 0);
      return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }
  }
}
