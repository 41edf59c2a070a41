package io.elanus.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process whose output goes to a file; killed with this JVM. */
public final class ChildServer {
  private static final long LOOK_MILLIS = 50;

  private final Process process;
  private final Thread hook;

  private ChildServer(Process process) {
    this.process = process;
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
    var started = new ChildServer(process);
    long deadline = System.nanoTime() + patience.toNanos();
    while (!Files.readString(output).contains(ready)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        started.kill();
        throw new IOException("the server did not start; it said: " + lastLines(output));
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return started;
  }

  /** Runs a command to its end, as servers want it before their first start. */
  static void run(List<String> command, Path output) throws IOException, InterruptedException {
    run(command, Path.of("/dev/null"), output);
  }

  /** The same with something to read. */
  static void run(List<String> command, Path input, Path output)
      throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(command)
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("the server could not be prepared; it said: " + lastLines(output));
    }
  }

  /** What a command begins with whose program came with libraries of its own. */
  static List<String> withLibraries(Path program) {
    Path libraries = program.resolve("libraries");
    return Files.isDirectory(libraries)
        ? List.of("env", "LD_LIBRARY_PATH=" + libraries)
        : List.of();
  }

  private static List<String> lastLines(Path output) throws IOException {
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

  /**
   * The same by SIGINT, after which PostgreSQL waits for no client. One that is killed would leave
   * its shared memory behind.
   */
  void interrupt(Duration patience) throws InterruptedException {
    try {
      signal("INT");
    } catch (IOException noSuchCommand) {
      throw new UncheckedIOException(noSuchCommand);
    }
    if (process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      forget();
    } else {
      killAll();
    }
  }

  /** Kills it (SIGKILL), also when it is paused, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    forget();
  }

  /** Kills it and the processes that it started. */
  void killAll() throws InterruptedException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    kill();
    // Not ours to wait for: dead, they may stay listed until whoever adopted them looks.
    Thread.sleep(LOOK_MILLIS);
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

  /** The same to it and the processes that it started. */
  void signalAll(String name) throws IOException, InterruptedException {
    for (ProcessHandle child : process.descendants().toList()) {
      new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start().waitFor();
    }
    signal(name);
  }
}
