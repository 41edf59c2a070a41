package io.elanus.node.read;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.roles.Reads;
import io.elanus.schema.ElanusException;
import io.elanus.segment.ColdPart;
import io.elanus.segment.Segment;
import io.elanus.segment.SegmentSearch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;

/**
 * Searches that read all rows of a segment and wait for a thread. The one that gets a thread takes
 * others that are alike along, in one pass over the rows; a thread of the pool whose part was taken
 * goes on to the next part. Nobody waits for company: while threads are free every search begins at
 * once and alone.
 */
final class SharedScans {
  private static final System.Logger LOG = System.getLogger(SharedScans.class.getName());

  private final ReadThreads threads;
  private final Map<Segment, Waiting> waiting = new IdentityHashMap<>();

  SharedScans(ReadThreads threads) {
    this.threads = threads;
  }

  /** The searches of a segment that no thread has begun, and the passes that run. */
  private static final class Waiting {
    private final Deque<Part> parts = new ArrayDeque<>();
    private int passes;
  }

  /**
   * Begins a search of one query; as {@link ReadThreads#begin} it fails when it is refused.
   *
   * @param most searches that share a pass
   */
  Future<Reads.Hits> begin(Segment segment, SegmentSearch search, int most) {
    Part part = new Part(segment, search, most);
    synchronized (waiting) {
      waiting.computeIfAbsent(segment, first -> new Waiting()).parts.add(part);
    }
    Future<Reads.Hits> begun = threads.begin(part);
    return begun == part || !withdraw(part) ? part : begun;
  }

  /** Whether nobody had taken it. */
  private boolean withdraw(Part part) {
    synchronized (waiting) {
      Waiting of = waiting.get(part.segment);
      boolean withdrawn = of != null && of.parts.remove(part);
      forget(part.segment);
      return withdrawn;
    }
  }

  private void forget(Segment segment) {
    Waiting of = waiting.get(segment);
    if (of != null && of.parts.isEmpty() && of.passes == 0) {
      waiting.remove(segment);
    }
  }

  /**
   * A part and its share of those that are alike, the earliest first; none when it was taken. Free
   * threads get shares of their own.
   */
  private List<Part> take(Part part) {
    synchronized (waiting) {
      Waiting of = waiting.get(part.segment);
      if (of == null || !of.parts.remove(part)) {
        return List.of();
      }
      List<Part> alike =
          of.parts.stream().filter(other -> other.search.sharesPassWith(part.search)).toList();
      int free = Math.max(1, threads.count() - of.passes);
      int share = part.ownedHere() ? 1 : Math.min(part.most, (alike.size() + free) / free);
      List<Part> taken = new ArrayList<>(share);
      taken.add(part);
      Iterator<Part> others = alike.iterator();
      while (taken.size() < share) {
        Part other = others.next();
        of.parts.remove(other);
        taken.add(other);
      }
      of.passes++;
      return taken;
    }
  }

  private void ended(Segment segment) {
    synchronized (waiting) {
      Waiting of = waiting.get(segment);
      if (of != null) {
        of.passes--;
        forget(segment);
      }
    }
  }

  private void answer(Part begun) {
    List<Part> taken = take(begun);
    if (taken.isEmpty()) {
      return;
    }
    try {
      if (taken.size() == 1 || !together(taken)) {
        taken.forEach(this::alone);
      }
    } catch (RuntimeException | Error failed) { // such as no memory left to tell of a failure
      taken.forEach(part -> part.completeExceptionally(failed));
    } finally {
      ended(begun.segment);
    }
  }

  /** Whether all are answered; what one of them failed by is not the failure of the others. */
  private static boolean together(List<Part> parts) {
    Segment segment = parts.getFirst().segment;
    List<Reads.Hits> hits;
    try {
      hits =
          segment.searchTogether(parts.stream().map(part -> part.search).toList()).stream()
              .map(found -> SegmentReads.hits(segment, List.of(found)))
              .toList();
    } catch (RuntimeException | Error failed) { // each then fails, or not, by its own
      if (!(failed instanceof ElanusException || failed instanceof ColdPart)) {
        LOG.log(WARNING, "a pass of " + parts.size() + " searches failed; each runs alone", failed);
      }
      return false;
    }
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).complete(hits.get(i));
    }
    return true;
  }

  private void alone(Part part) {
    try {
      part.complete(
          SegmentReads.hits(part.segment, part.segment.search(part.search, threads.help())));
    } catch (RuntimeException | Error failed) {
      part.completeExceptionally(failed);
    }
  }

  /** Done by whoever runs it or takes it along. */
  private final class Part extends CompletableFuture<Reads.Hits>
      implements RunnableFuture<Reads.Hits> {
    private final Segment segment;
    private final SegmentSearch search;
    private final int most;
    private final Thread owner = Thread.currentThread();

    Part(Segment segment, SegmentSearch search, int most) {
      this.segment = segment;
      this.search = search;
      this.most = most;
    }

    /** Whether the thread that asked does it itself: it has no time for others. */
    boolean ownedHere() {
      return Thread.currentThread() == owner;
    }

    @Override
    public void run() {
      try {
        answer(this);
      } catch (RuntimeException | Error failed) { // nobody else would end it
        withdraw(this);
        completeExceptionally(failed);
      }
    }
  }
}
