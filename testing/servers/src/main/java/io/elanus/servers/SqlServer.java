package io.elanus.servers;

import java.io.IOException;

/**
 * A database server of this test, on loopback. It keeps port and folder for life: what was killed
 * is started again by {@link #start}.
 */
public interface SqlServer extends AutoCloseable {
  String USER = "elanus";
  String PASSWORD = "only-for-this-machine";

  /** For JDBC, without user and password; the database is there and is the user's. */
  String url();

  int port();

  long pid();

  /** Returns when it serves. */
  void start() throws IOException, InterruptedException;

  /** SIGKILL, to all its processes. */
  void kill() throws InterruptedException;

  /**
   * @param name STOP or CONT
   */
  void signal(String name) throws IOException, InterruptedException;

  @Override
  void close() throws InterruptedException;
}
