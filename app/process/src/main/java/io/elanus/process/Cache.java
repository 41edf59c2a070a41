package io.elanus.process;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder for copies of objects and for files in the making. It begins empty: what an earlier
 * process left may be half a file, or a copy from a store that was in memory and is gone.
 */
record Cache(Path folder) implements AutoCloseable {
  /** Beside the stores of a data folder whose lock is held. */
  static Cache in(Path dataFolder) {
    Cache cache = new Cache(dataFolder.resolve("cache"));
    cache.close();
    return cache;
  }

  static Cache temporary() {
    try {
      return new Cache(Files.createTempDirectory("elanus-cache"));
    } catch (IOException failure) {
      throw new ElanusException(
          ErrorCode.IO_FAILED,
          "a temporary folder cannot be made, " + failure.getMessage(),
          failure);
    }
  }

  /** Removes the folder with what is in it. */
  @Override
  public void close() {
    try {
      Folders.remove(folder);
    } catch (IOException failure) {
      System.getLogger(Cache.class.getName())
          .log(System.Logger.Level.WARNING, "the cache could not be emptied, " + folder, failure);
    }
  }
}
