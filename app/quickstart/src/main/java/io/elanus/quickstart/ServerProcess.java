package io.elanus.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server started by the launcher, beside this process; ends with it. */
final class ServerProcess implements AutoCloseable {
  static final int USUAL_PORT = 19530;
  private static final int USUAL_HTTP_PORT = 9091;

  private final Process process;
  private final int port;
  private final String ready;

  private ServerProcess(Process process, int port, String ready) {
    this.process = process;
    this.port = port;
    this.ready = ready;
  }

  static ServerProcess start(Path home, Path data) throws IOException {
    int port = free(USUAL_PORT) ? USUAL_PORT : 0;
    List<String> command =
        List.of(
            home.resolve("elanus").toString(),
            "start",
            "--data",
            data.toString(),
            "--port",
            String.valueOf(port),
            "--http-port",
            String.valueOf(free(USUAL_HTTP_PORT) ? USUAL_HTTP_PORT : 0));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader lines = process.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("ready")) {
        return new ServerProcess(process, portOf(line), line);
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  String readyLine() {
    return ready;
  }

  String uri() {
    return "http://127.0.0.1:" + port;
  }

  void waitUntilItEnds() throws InterruptedException {
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException
        | java.util.concurrent.ExecutionException
        | TimeoutException slow) {
      process.destroyForcibly();
    }
  }

  private static int portOf(String readyLine) {
    String address = readyLine.replaceFirst(".*grpc=(\\S+).*", "$1");
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
