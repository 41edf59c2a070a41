package io.elanus.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process whose output goes to a file; killed with this JVM. */
public final class ChildServer {
  private static final long LOOK_MILLIS = 50;

  private final Process process;
  private final Path output;
  private final Thread hook;

  private ChildServer(Process process, Path output) {
    this.process = process;
    this.output = output;
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts the command and waits until its output contains a sentence. */
  public static ChildServer start(
      List<String> command, Path output, String ready, Duration patience)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    var started = new ChildServer(process, output);
    long deadline = System.nanoTime() + patience.toNanos();
    while (!Files.readString(output).contains(ready)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        started.kill();
        throw new IOException("the server did not start; it said: " + started.lastLines());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return started;
  }

  private List<String> lastLines() throws IOException {
    List<String> lines = Files.readAllLines(output);
    return lines.subList(Math.max(0, lines.size() - 20), lines.size());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Asks it to end (SIGTERM) and waits; kills it when it does not. */
  public void stop(Duration patience) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      kill();
    }
    forget();
  }

  /** Kills it (SIGKILL), also when it is paused, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return; // the hook runs already
    }
  }

  /**
   * @param name STOP or CONT
   */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
