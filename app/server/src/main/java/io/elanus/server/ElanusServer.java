package io.elanus.server;

import io.elanus.api.http.Doors;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.Management;
import io.elanus.api.http.Meters;
import io.elanus.api.milvus.MilvusService;
import io.elanus.api.milvus.ServerInfo;
import io.elanus.api.milvus.rehearsal.Rehearsal;
import io.elanus.process.ElanusProcess;
import io.elanus.process.RoleLink;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.server.operations.Site;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A process with its doors open: roles first, then ports; closed in reverse. */
public final class ElanusServer implements OpenServer {
  private static final System.Logger LOG = System.getLogger(ElanusServer.class.getName());

  private final ElanusProcess process;
  private final Doors doors;
  private final Settings settings;
  private final MeterRegistry meters;
  private volatile @Nullable WarmUp warmUp;
  private volatile @Nullable Watches watches;

  private ElanusServer(
      Settings settings, MeterRegistry meters, ElanusProcess process, Doors doors) {
    this.settings = settings;
    this.meters = meters;
    this.process = process;
    this.doors = doors;
  }

  /** Returns when the process really serves; it is the only one of this JVM that has traces. */
  public static ElanusServer start(Settings settings) {
    Watches watches = Watches.install(settings, "standalone");
    try {
      ElanusServer server = start(settings, ElanusProcess.CHANNEL);
      server.watches = watches;
      return server;
    } catch (RuntimeException | Error failure) {
      watches.close();
      throw failure;
    }
  }

  /**
   * @param channel the name of its physical channel, by which its log lines are told from others'
   */
  static ElanusServer start(Settings settings, String channel) {
    ElanusProcess process = ElanusProcess.build(settings, link(settings), channel);
    MeterRegistry meters = Meters.registry();
    // Two cores: what the doors need is loaded while the roles replay and map what they serve.
    FutureTask<Doors.Prepared> doors = new FutureTask<>(() -> prepare(settings, process, meters));
    Thread.ofPlatform().daemon().name("doors").start(doors);
    try {
      process.serve();
      return new ElanusServer(settings, meters, process, prepared(doors).open());
    } catch (IOException | RuntimeException failure) {
      discard(doors);
      process.close();
      throw failure instanceof RuntimeException known ? known : MilvusDoor.cannotListen(failure);
    }
  }

  private static Doors.Prepared prepared(FutureTask<Doors.Prepared> doors) {
    try {
      return doors.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the doors were built");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(failed.getCause());
    }
  }

  private static void discard(FutureTask<Doors.Prepared> doors) {
    try {
      prepared(doors).discard();
    } catch (RuntimeException neverBuilt) {
      LOG.log(System.Logger.Level.DEBUG, "there are no doors to close", neverBuilt);
    }
  }

  private static Doors.Prepared prepare(
      Settings settings, ElanusProcess process, MeterRegistry meters) {
    HttpRoutes management =
        MilvusDoor.management(
            () ->
                List.of(
                    new Management.Component("standalone", process.proxy().ailments().isEmpty())),
            Site.of(process),
            meters);
    MilvusService milvus =
        MilvusDoor.service(settings, process.proxy(), ServerInfo.standalone(), meters);
    IndexMeters.bind(meters, process.directory().indexCoord());
    return Doors.prepare(
        MilvusDoor.configuration(settings), milvus.services(), HttpRoutes.none(), management);
  }

  private static RoleLink link(Settings settings) {
    return switch (settings.choice(Setting.WIRING, Wiring.class)) {
      case DIRECT -> RoleLink.DIRECT;
      case SOCKETS -> new SocketLink();
    };
  }

  private enum Wiring {
    DIRECT,
    SOCKETS
  }

  @Override
  public String grpcAddress() {
    return doors.address();
  }

  @Override
  public String httpAddress() {
    return doors.managementAddress();
  }

  /** Begins the {@link WarmUp}, unless it is switched off. */
  @Override
  public void warmUp() {
    if (settings.flag(Setting.WARM_UP)) {
      warmUp = WarmUp.begin(settings, new Quiet(meters, 100));
    } else {
      try {
        WarmUp.removeLeftover(settings);
      } catch (IOException failure) {
        LOG.log(System.Logger.Level.WARNING, "an old warm-up is left, {0}", failure.getMessage());
      }
    }
  }

  /** Plays a small client against the open door. */
  public void rehearse(BooleanSupplier goOn) throws IOException {
    Rehearsal.play(doors.port(), goOn);
  }

  /** The same after a restart on the folder of a rehearsal, and what ends a warm-up. */
  public void rehearseAgain() throws IOException {
    Rehearsal.resume(doors.port());
    NativeHeap.trim();
  }

  @Override
  public void close() {
    if (warmUp != null) {
      warmUp.stop();
    }
    doors.close();
    process.close();
    if (watches != null) {
      watches.close();
    }
  }
}
