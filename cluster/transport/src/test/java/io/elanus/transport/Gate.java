package io.elanus.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A way to a port of this machine. While it is shut, connections stay and bytes wait, as on a
 * network that loses what is sent.
 */
final class Gate implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private boolean shut;

  private Gate(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
  }

  static Gate to(int port) throws IOException {
    Gate gate = new Gate(port);
    Thread.startVirtualThread(gate::take);
    return gate;
  }

  int port() {
    return server.getLocalPort();
  }

  synchronized void shut() {
    shut = true;
  }

  synchronized void open() {
    shut = false;
    notifyAll();
  }

  private synchronized void pass() throws InterruptedException {
    while (shut) {
      wait();
    }
  }

  private void take() {
    try {
      while (true) {
        Socket from = server.accept();
        Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.addAll(List.of(from, to));
        Thread.startVirtualThread(() -> carry(from, to));
        Thread.startVirtualThread(() -> carry(to, from));
      }
    } catch (IOException closed) {
      // the test has ended
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] bytes = new byte[1 << 13];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        pass();
        out.write(bytes, 0, read);
      }
    } catch (IOException | InterruptedException ended) {
      // by one of the two sides
    }
  }

  @Override
  public void close() throws IOException {
    open();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
