package io.elanus.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a server on the loopback that can be cut: in one direction, so that what the server says
 * is lost though it hears us, in both, silently, or with an end of the connections.
 */
final class CuttableProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean losesQuestions;
  private volatile boolean losesAnswers;

  CuttableProxy(String endpoint) throws IOException {
    port = Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1));
    door = new ServerSocket(EtcdServer.freePort(), 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String endpoint() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        connect(door.accept());
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket near) throws IOException {
    try {
      var far = new Socket(InetAddress.getLoopbackAddress(), port);
      open.add(near);
      open.add(far);
      Thread.ofVirtual().start(() -> copy(near, far, true));
      Thread.ofVirtual().start(() -> copy(far, near, false));
    } catch (IOException refused) {
      near.close();
    }
  }

  private void copy(Socket from, Socket to, boolean questions) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!(questions ? losesQuestions : losesAnswers)) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException ended) {
      // as the other side does
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  void loseAnswers() {
    losesAnswers = true;
  }

  void cut() {
    losesQuestions = true;
    losesAnswers = true;
  }

  /** Lets new connections through; old ones end, for they lost bytes. */
  void mend() {
    losesQuestions = false;
    losesAnswers = false;
    endConnections();
  }

  void endConnections() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException ended) {
        continue;
      }
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    endConnections();
  }
}
