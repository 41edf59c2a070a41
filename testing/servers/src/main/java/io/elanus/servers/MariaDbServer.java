package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One MariaDB. */
public final class MariaDbServer implements SqlServer {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String LOG_SIZE = "--innodb-log-file-size=8M";

  private final Path program;
  private final Path folder;
  private final int port;
  private @Nullable ChildServer process;

  private MariaDbServer(Path program, Path folder, int port) {
    this.program = program;
    this.folder = folder;
    this.port = port;
  }

  /**
   * A new one, started and ready.
   *
   * @param program the folder that {@code testing/servers/mariadb} prints
   * @param folder empty, for its data and its output; left behind
   */
  public static MariaDbServer create(Path program, Path folder)
      throws IOException, InterruptedException {
    var server = new MariaDbServer(program, folder, Ports.free());
    server.initialise();
    server.start();
    return server;
  }

  /** Its own tables and our database, as its installer makes them. */
  private void initialise() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("data"));
    Path scripts = program.resolve("share/mysql");
    Path bootstrap =
        Files.writeString(
            folder.resolve("bootstrap.sql"),
            "create database mysql;\nuse mysql;\n"
                + Files.readString(scripts.resolve("mysql_system_tables.sql"))
                + Files.readString(scripts.resolve("mysql_system_tables_data.sql"))
                + "create database elanus;\n");
    List<String> command = command();
    command.add("--bootstrap");
    ChildServer.run(command, bootstrap, folder.resolve("bootstrap.log"));
    Files.writeString(
        folder.resolve("user.sql"),
        "CREATE USER IF NOT EXISTS %1$s@'%%' IDENTIFIED BY '%2$s';\nGRANT ALL ON elanus.* TO %1$s@'%%';\n"
            .formatted(USER, PASSWORD));
  }

  private List<String> command() {
    List<String> command = new ArrayList<>(ChildServer.withLibraries(program));
    command.add(program.resolve("sbin/mariadbd").toString());
    command.add("--no-defaults");
    command.add("--user=" + System.getProperty("user.name"));
    command.add("--basedir=" + program);
    command.add("--lc-messages-dir=" + program.resolve("share/mysql"));
    command.add("--datadir=" + folder.resolve("data"));
    command.add(LOG_SIZE);
    return command;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    List<String> command = command();
    command.add("--init-file=" + folder.resolve("user.sql"));
    command.add("--bind-address=127.0.0.1");
    command.add("--port=" + port);
    command.add("--socket=" + folder.resolve("socket"));
    command.add("--innodb-buffer-pool-size=32M");
    process =
        ChildServer.start(
            command, folder.resolve("output.log"), "mariadbd: ready for connections", START);
  }

  @Override
  public String url() {
    return "jdbc:mariadb://127.0.0.1:" + port + "/elanus?sslMode=disable";
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
    running().kill();
  }

  @Override
  public void signal(String name) throws IOException, InterruptedException {
    running().signal(name);
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("MariaDB was not started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      process.kill();
    }
  }
}
