package io.elanus.cluster;

import io.elanus.embedded.Database;
import io.elanus.embedded.Elanus;
import io.elanus.log.LogStore;
import io.elanus.log.MemoryLogStore;
import io.elanus.membership.Role;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.MetadataStores;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.objects.ObjectStore;
import io.elanus.process.RoleFactory;
import io.elanus.process.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Processes of a cluster in one JVM, over stores in memory that they share. */
final class TestCluster implements AutoCloseable {
  private final Settings settings;
  private final Path folder;
  private final LogStore log = new MemoryLogStore();
  private final MetadataStore metadata = MetadataStores.inMemory();
  private final ObjectStore objects = new MemoryObjectStore();
  private final List<Process> processes = new ArrayList<>();

  /** One of them. */
  record Process(ClusterProcess process, MortalMetadata metadata) {
    Database database() {
      return Elanus.over(process.proxy().orElseThrow());
    }

    /** As a kill would, as far as one JVM can: its leases run out, then it ends. */
    void kill() {
      metadata.die();
      process.close();
    }
  }

  TestCluster(Path folder, Settings settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /**
   * @param roles as on the command line
   */
  Process start(String roles) {
    var ofProcess = new MortalMetadata(metadata);
    var over = new RoleFactory.Over(log, ofProcess, objects, cache("process-" + processes.size()));
    var process =
        new Process(
            ClusterProcess.start(settings, Role.parse(roles), over, Clock.systemUTC()), ofProcess);
    processes.add(process);
    return process;
  }

  private Path cache(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    processes.reversed().forEach(each -> each.process().close());
    objects.close();
    log.close();
    metadata.close();
  }
}
