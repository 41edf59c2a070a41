package io.elanus.s3;

import io.elanus.servers.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Stands between a client and an S3 server, one request a connection, and does it harm. */
final class FaultyProxy implements AutoCloseable {
  enum Fault {
    NONE,
    /** 503 without asking the server. */
    SLOW_DOWN,
    /** 500 without asking the server. */
    INTERNAL_ERROR,
    /** The connection is reset without asking the server. */
    RESET,
    /** Nothing comes, for longer than the client waits. */
    STALL,
    /** The server's answer ends in the middle. */
    CUT,
    /** The server does it, and its answer never comes. */
    LOST,
    /** 200 without asking the server. */
    AGREE
  }

  /** The first line of a request, {@code PUT /bucket/key?…}. */
  private final Function<String, Fault> plan;

  private final ServerSocket listening;
  private final int serverPort;
  private final AtomicInteger faults = new AtomicInteger();

  FaultyProxy(int serverPort, Function<String, Fault> plan) throws IOException {
    this.serverPort = serverPort;
    this.plan = plan;
    this.listening = new ServerSocket(Ports.free(), 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  int faults() {
    return faults.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      String head = head(in);
      if (head.isEmpty()) {
        return;
      }
      Fault fault = plan.apply(head.substring(0, head.indexOf('\r')));
      if (fault != Fault.NONE) {
        faults.incrementAndGet();
      }
      if (fault == Fault.RESET) {
        reset(client);
        return;
      }
      OutputStream out = client.getOutputStream();
      byte[] body = body(head, in, out);
      switch (fault) {
        case SLOW_DOWN -> out.write(answer("503 Slow Down", error("SlowDown")));
        case INTERNAL_ERROR ->
            out.write(answer("500 Internal Server Error", error("InternalError")));
        case AGREE -> out.write(answer("200 OK\r\nETag: \"yes\"", ""));
        case STALL -> Thread.sleep(1_500);
        case LOST -> {
          ask(head, body);
          reset(client);
        }
        case CUT -> {
          byte[] whole = ask(head, body);
          out.write(whole, 0, Math.max(1, whole.length * 2 / 3));
        }
        case NONE -> out.write(ask(head, body));
        case RESET -> {}
      }
      out.flush();
    } catch (IOException | InterruptedException gone) {
      // the client sees a connection that ended
    }
  }

  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private static String error(String code) {
    return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>no</Message></Error>";
  }

  private static byte[] answer(String status, String body) {
    String text =
        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, body.length(), body);
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static byte[] body(String head, InputStream in, OutputStream out) throws IOException {
    int length = 0;
    for (String line : head.split("\r\n")) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
      if (lower.startsWith("expect:")) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    }
    return in.readNBytes(length);
  }

  /** The server's whole answer. */
  private byte[] ask(String head, byte[] body) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      OutputStream out = server.getOutputStream();
      out.write(oneRequest(head).getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
      var whole = new ByteArrayOutputStream();
      server.getInputStream().transferTo(whole);
      return whole.toByteArray();
    }
  }

  /** The head of a request after which the server closes the connection. */
  private static String oneRequest(String head) {
    var lines = new StringBuilder();
    for (String line : head.strip().split("\r\n")) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (!lower.startsWith("connection:") && !lower.startsWith("expect:")) {
        lines.append(line).append("\r\n");
      }
    }
    return lines.append("Connection: close\r\n\r\n").toString();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
