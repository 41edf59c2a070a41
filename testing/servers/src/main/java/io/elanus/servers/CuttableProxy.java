package io.elanus.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server on the loopback that can be cut: in one direction, so that what the server says
 * is lost though it hears us, in both, silently, or with an end of the connections; at once, or as
 * soon as something is asked.
 */
public final class CuttableProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int serverPort;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean losesQuestions;
  private volatile boolean losesAnswers;

  /** A question that has all answers lost from then on, and whether it is lost itself. */
  private record Trap(Pattern word, boolean losesIt) {}

  private volatile @Nullable Trap trap;

  public CuttableProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    door = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return door.getLocalPort();
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
      var far = new Socket(InetAddress.getLoopbackAddress(), serverPort);
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
        if (questions) {
          spring(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
        }
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

  private void spring(String question) {
    Trap set = trap;
    if (set != null && set.word().matcher(question).find()) {
      trap = null;
      losesAnswers = true;
      losesQuestions = set.losesIt();
    }
  }

  public void loseAnswers() {
    losesAnswers = true;
  }

  /** Answers are lost from the next question on that contains this word, whole; it is heard. */
  public void loseAnswersTo(String word) {
    trap = new Trap(whole(word), false);
  }

  /** Everything is lost from the next question on that contains this word, whole, it too. */
  public void cutAt(String word) {
    trap = new Trap(whole(word), true);
  }

  /** COMMIT, but not the READ COMMITTED that a pool says to its connections when it likes. */
  private static Pattern whole(String word) {
    return Pattern.compile(Pattern.quote(word) + "(?![A-Za-z])");
  }

  /** Whether {@link #loseAnswersTo} or {@link #cutAt} took effect. */
  public boolean isSprung() {
    return trap == null;
  }

  public void cut() {
    losesQuestions = true;
    losesAnswers = true;
  }

  /** Lets new connections through; old ones end, for they lost bytes. */
  public void mend() {
    trap = null;
    losesQuestions = false;
    losesAnswers = false;
    endConnections();
  }

  public void endConnections() {
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
