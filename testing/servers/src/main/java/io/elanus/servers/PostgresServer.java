package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL. It refuses to run as root, and is then run as {@code nobody}, who is given the
 * folder.
 */
public final class PostgresServer implements SqlServer {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final String NOBODY = "nobody";

  private final Path program;
  private final Path folder;
  private final int port;
  private @Nullable ChildServer process;

  private PostgresServer(Path program, Path folder, int port) {
    this.program = program;
    this.folder = folder;
    this.port = port;
  }

  /**
   * A new one, started and ready.
   *
   * @param program the folder that {@code testing/servers/postgresql} prints
   * @param folder empty, for its data and its output; left behind
   */
  public static PostgresServer create(Path program, Path folder)
      throws IOException, InterruptedException {
    var server = new PostgresServer(program, folder, Ports.free());
    server.initialise();
    server.start();
    return server;
  }

  private void initialise() throws IOException, InterruptedException {
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    if (isRoot()) {
      var nobody =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
      Files.setOwner(folder, nobody);
      Files.setOwner(password, nobody);
    }
    List<String> command = command("initdb");
    command.addAll(List.of("-D", data(), "-U", USER, "--pwfile", password.toString()));
    command.addAll(List.of("-A", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-sync"));
    ChildServer.run(command, folder.resolve("initdb.log"));
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private List<String> command(String name) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=nogroup", "--clear-groups", "--"));
    }
    command.addAll(ChildServer.withLibraries(program));
    command.add(program.resolve("bin").resolve(name).toString());
    return command;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    List<String> command = command("postgres");
    command.addAll(List.of("-D", data(), "-h", "127.0.0.1", "-p", String.valueOf(port), "-k", ""));
    process =
        ChildServer.start(
            command,
            folder.resolve("output.log"),
            "database system is ready to accept connections",
            START);
  }

  @Override
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public long pid() {
    return running().pid();
  }

  @Override
  public void kill() throws InterruptedException {
    running().killAll();
  }

  @Override
  public void signal(String name) throws IOException, InterruptedException {
    running().signalAll(name);
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("PostgreSQL was not started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      process.interrupt(STOP);
    }
  }
}
