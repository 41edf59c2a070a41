package io.elanus.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The process that serves a data folder, as its note {@code elanus.pid} tells: process id, gRPC
 * address, HTTP address, on three lines. The note of a process that was killed is recognised by its
 * dead process id.
 */
record RunningProcess(Path folder, Optional<Note> note) {
  record Note(long pid, String grpcAddress, String httpAddress) {}

  private static Path noteFile(Path folder) {
    return folder.resolve("elanus.pid");
  }

  static void write(Path folder, String grpcAddress, String httpAddress) {
    try {
      Files.writeString(
          noteFile(folder),
          ProcessHandle.current().pid() + "\n" + grpcAddress + "\n" + httpAddress + "\n");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static void remove(Path folder) {
    try {
      Files.deleteIfExists(noteFile(folder));
    } catch (IOException failure) {
      System.err.println(
          "elanus: could not remove " + noteFile(folder) + ", " + failure.getMessage());
    }
  }

  static RunningProcess of(Path folder) {
    try {
      String[] lines = Files.readString(noteFile(folder)).split("\n", -1);
      Note note = new Note(Long.parseLong(lines[0].trim()), lines[1], lines[2]);
      boolean alive = ProcessHandle.of(note.pid()).filter(ProcessHandle::isAlive).isPresent();
      return new RunningProcess(folder, alive ? Optional.of(note) : Optional.empty());
    } catch (IOException | RuntimeException none) {
      return new RunningProcess(folder, Optional.empty());
    }
  }

  int status() {
    System.out.println(
        note.map(n ->
                "running pid="
                    + n.pid()
                    + " grpc="
                    + n.grpcAddress()
                    + " http="
                    + n.httpAddress()
                    + " data="
                    + folder)
            .orElse("not running data=" + folder));
    return note.isPresent() ? 0 : 3;
  }

  int stop(Duration patience) {
    if (note.isEmpty()) {
      System.out.println("not running data=" + folder);
      return 0;
    }
    ProcessHandle process = ProcessHandle.of(note.get().pid()).orElseThrow();
    process.destroy();
    try {
      process.onExit().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException slow) {
      System.err.println(
          "elanus: process "
              + note.get().pid()
              + " did not stop in "
              + patience.toSeconds()
              + " s");
      return 1;
    }
    System.out.println("stopped pid=" + note.get().pid());
    return 0;
  }
}
