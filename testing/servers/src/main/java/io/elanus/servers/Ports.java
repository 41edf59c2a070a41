package io.elanus.servers;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of loopback. */
public final class Ports {
  /** Below the ports that outgoing connections get. */
  private static final int FIRST = 20_000;

  private static final int COUNT = 10_000;

  private Ports() {}

  /** One that nobody has at present. */
  public static int free() throws IOException {
    while (true) {
      int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        continue; // with another one
      }
    }
  }
}
