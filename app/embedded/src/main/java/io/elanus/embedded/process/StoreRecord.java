package io.elanus.embedded.process;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Which stores hold a folder's data: the file {@code stores}, three lines {@code log=files}, {@code
 * metadata=files}, {@code objects=files}, written at the first start. Other types would find an
 * empty catalogue beside the objects of the old one, and take them for leftovers.
 */
final class StoreRecord {
  private static final String NAME = "stores";

  private StoreRecord() {}

  /**
   * @throws ElanusException INVALID_PARAMETER when the folder was written with other types
   */
  static void check(Path folder, StoreType log, StoreType metadata, StoreType objects) {
    String wanted =
        "log=%s%nmetadata=%s%nobjects=%s%n"
            .formatted(log, metadata, objects)
            .toLowerCase(Locale.ROOT)
            .replace("\r", "");
    Path file = folder.resolve(NAME);
    try {
      if (!Files.exists(file)) {
        write(file, wanted);
        return;
      }
      String found = Files.readString(file);
      if (!found.equals(wanted)) {
        throw ElanusException.invalid(
                "the data folder was written with other stores; start with the types it names")
            .with("folder", folder)
            .with("found", found.strip().replace('\n', ' '))
            .with("asked", wanted.strip().replace('\n', ' '));
      }
    } catch (IOException failure) {
      throw new ElanusException(
          ErrorCode.IO_FAILED, "the data folder cannot be used, " + failure.getMessage(), failure);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(NAME + ".new");
    Files.writeString(fresh, text);
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
