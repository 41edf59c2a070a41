package io.elanus.cluster;

import io.elanus.process.Folders;
import io.elanus.process.Opened;
import io.elanus.process.RoleFactory;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The stores that all processes of a cluster share, and this process's own folder for copies of
 * objects, {@code cache} in its data folder, which begins empty.
 */
public final class ClusterStores implements AutoCloseable {
  private final Opened parts;
  private final RoleFactory.Over over;

  private ClusterStores(Opened parts, RoleFactory.Over over) {
    this.parts = parts;
    this.over = over;
  }

  /** Connects to them; UNAVAILABLE when one cannot be reached. */
  public static ClusterStores open(Settings settings) {
    check(settings, Setting.LOG_TYPE, SharedLog.TYPES);
    check(settings, Setting.METADATA_TYPE, SharedMetadata.TYPES);
    check(settings, Setting.OBJECTS_TYPE, SharedObjects.TYPES);
    try (Opened opened = new Opened()) {
      Opened parts = opened.add(new Opened());
      var over =
          new RoleFactory.Over(
              parts.add(SharedLog.open(settings)),
              parts.add(SharedMetadata.open(settings)),
              parts.add(SharedObjects.open(settings)),
              emptyCache(settings.path(Setting.DATA_DIRECTORY).resolve("cache")));
      opened.keep();
      return new ClusterStores(parts, over);
    }
  }

  private static void check(Settings settings, Setting type, List<String> wanted) {
    if (!wanted.contains(settings.text(type).toLowerCase(Locale.ROOT))) {
      throw ElanusException.invalid(
          "setting %s is %s; processes of a cluster share their stores, so it must be %s"
              .formatted(type.key(), settings.text(type), String.join(" or ", wanted)));
    }
  }

  private static Path emptyCache(Path folder) {
    try {
      if (Files.exists(folder)) {
        Folders.remove(folder);
      }
      return Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new ElanusException(
          ErrorCode.IO_FAILED, "the cache folder cannot be made, " + failure.getMessage(), failure);
    }
  }

  /** What roles are built over. */
  public RoleFactory.Over over() {
    return over;
  }

  @Override
  public void close() {
    parts.close();
  }
}
