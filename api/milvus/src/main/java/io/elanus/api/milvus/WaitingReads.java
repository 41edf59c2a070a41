package io.elanus.api.milvus;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The reads that run on threads of their own, and may wait there: for a timestamp, for a channel.
 * They are interrupted when the server closes. Writes are not, because an interrupt would close the
 * file that one is about to write.
 */
final class WaitingReads {
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  /** Carries out a read; after {@link #end} it fails when it would wait. */
  <A> A run(Supplier<A> read) {
    Thread thread = Thread.currentThread();
    if (!thread.isVirtual()) { // an event loop, which never waits
      return read.get();
    }
    threads.add(thread);
    try {
      if (ended) {
        thread.interrupt();
      }
      return read.get();
    } catch (ElanusException failed) {
      throw ended && failed.code() == ErrorCode.CANCELLED ? closing(failed) : failed;
    } finally {
      threads.remove(thread);
    }
  }

  private static ElanusException closing(ElanusException failed) {
    return new ElanusException(
        ErrorCode.NOT_READY,
        "service not ready, the server is closing and the read waited",
        failed);
  }

  /** The server closes. */
  void end() {
    ended = true;
    threads.forEach(Thread::interrupt);
  }
}
