package io.elanus.cli;

import io.elanus.disk.FolderLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The process that serves a data folder, as its note {@code elanus.pid} tells: process id, gRPC
 * address, HTTP address, on three lines. The note of a process that was killed is recognised by the
 * folder's lock, which died with it: its process id may be another's by now.
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

  /** Unless another process has taken the folder over meanwhile. */
  static void remove(Path folder) {
    try {
      if (Files.exists(noteFile(folder))
          && Files.readString(noteFile(folder)).startsWith(ProcessHandle.current().pid() + "\n")) {
        Files.delete(noteFile(folder));
      }
    } catch (IOException failure) {
      System.err.println(
          "elanus: could not remove " + noteFile(folder) + ", " + failure.getMessage());
    }
  }

  static RunningProcess of(Path folder) {
    try {
      String[] lines = Files.readString(noteFile(folder)).split("\n", -1);
      Note note = new Note(Long.parseLong(lines[0].trim()), lines[1], lines[2]);
      boolean alive =
          FolderLock.isHeldElsewhere(folder)
              && ProcessHandle.of(note.pid()).filter(ProcessHandle::isAlive).isPresent();
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
    if (!folderFreeWithin(patience)) {
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

  /**
   * The lock tells, not the process id: that stays until the parent has asked for the exit status.
   */
  private boolean folderFreeWithin(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (FolderLock.isHeldElsewhere(folder)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
