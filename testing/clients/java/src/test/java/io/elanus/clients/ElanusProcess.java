package io.elanus.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Elanus process on a folder of its own; started by the launcher named by {@code elanus.launcher}. */
final class ElanusProcess implements AutoCloseable {
  private final Path folder;
  private final int port;
  private Process process;

  private ElanusProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  static ElanusProcess start() throws IOException {
    String temporary = System.getenv().getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir"));
    ElanusProcess started =
        new ElanusProcess(Files.createTempDirectory(Path.of(temporary), "elanus-java-"), freePort());
    started.launch();
    return started;
  }

  int port() {
    return port;
  }

  String uri() {
    return "http://127.0.0.1:" + port;
  }

  void restart() throws IOException {
    end();
    launch();
  }

  private void launch() throws IOException {
    String launcher = System.getProperty("elanus.launcher", Path.of("../../../elanus").toAbsolutePath().normalize().toString());
    process =
        new ProcessBuilder(
                launcher, "start", "--data", folder.resolve("data").toString(), "--port", String.valueOf(port), "--http-port", "0")
            .redirectError(folder.resolve("server.log").toFile())
            .start();
    BufferedReader lines = process.inputReader();
    String line = lines.readLine();
    while (line != null && !line.startsWith("ready")) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("the server ended: " + Files.readString(folder.resolve("server.log")));
    }
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Below the ports that the system gives to outgoing connections, so that nobody has it when the
   * server comes back to it.
   */
  private static int freePort() {
    SecureRandom random = new SecureRandom();
    while (true) {
      int port = 20_000 + random.nextInt(10_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // then another
      }
    }
  }
}
