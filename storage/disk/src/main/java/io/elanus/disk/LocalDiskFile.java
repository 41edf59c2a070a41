package io.elanus.disk;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/**
 * A file of the operating system.
 *
 * <p>The JDK closes a file channel when a thread is interrupted inside it, for every thread that
 * shares it. A database in somebody's process must live with interrupts, so an operation that finds
 * the channel closed by one opens the file again and starts over; all of them are positional and
 * may be repeated. (A force on the new descriptor covers what was written through the old one, and
 * reports a write-back error that nobody was told of yet.)
 */
final class LocalDiskFile implements DiskFile {
  private final Path path;
  private final Set<OpenOption> options;
  private volatile FileChannel channel;
  private volatile boolean closed;

  LocalDiskFile(Path path, FileChannel channel, Set<OpenOption> options) {
    this.path = path;
    this.channel = channel;
    this.options = options;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public void write(ByteBuffer source, long position) {
    int start = source.position();
    call(
        "write",
        channel -> {
          source.position(start);
          long at = position;
          while (source.hasRemaining()) {
            at += channel.write(source, at);
          }
          return at;
        });
  }

  @Override
  public int read(ByteBuffer target, long position) {
    int start = target.position();
    return call(
        "read",
        channel -> {
          target.position(start);
          int count = 0;
          while (target.hasRemaining()) {
            int part = channel.read(target, position + count);
            if (part < 0) {
              break;
            }
            count += part;
          }
          return count;
        });
  }

  @Override
  public void force(boolean metadata) {
    call(
        "force",
        channel -> {
          channel.force(metadata);
          return metadata;
        });
  }

  @Override
  public long sizeBytes() {
    return call("examine", FileChannel::size);
  }

  @Override
  public void truncate(long sizeBytes) {
    call("truncate", channel -> channel.truncate(sizeBytes));
  }

  @Override
  public void close() {
    try {
      synchronized (this) {
        closed = true;
        channel.close();
      }
    } catch (IOException failure) {
      throw DiskErrors.of(failure, "close", path);
    }
  }

  private interface Operation<T> {
    T run(FileChannel channel) throws IOException;
  }

  private <T> T call(String name, Operation<T> operation) {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        FileChannel current = channel;
        try {
          return operation.run(current);
        } catch (ClosedChannelException closedByInterrupt) {
          reopen(current);
        }
      }
    } catch (IOException failure) {
      throw failure(name, failure);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void reopen(FileChannel broken) throws IOException {
    if (closed) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "file is closed").with("path", path);
    }
    if (channel == broken) {
      channel = FileChannel.open(path, options);
    }
  }

  private ElanusException failure(String name, IOException failure) {
    return name.equals("force")
        ? DiskErrors.failed(name, path, failure)
        : DiskErrors.of(failure, name, path);
  }
}
