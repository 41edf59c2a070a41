package io.elanus.node.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.expression.Filter;
import io.elanus.node.fakes.TestTable;
import io.elanus.roles.FanOut;
import io.elanus.roles.Reads;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import io.elanus.segment.FileSink;
import io.elanus.segment.FileSource;
import io.elanus.segment.GrowingSegment;
import io.elanus.segment.SealedSegment;
import io.elanus.segment.SegmentIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedScansTest {
  private static final int ROWS = 700;
  private static final int DIMENSION = 4;
  private static final long VECTOR = 101;

  /** Sums of lanes come in another order once their loop is compiled. */
  private static final float ROUNDING = 1e-6f;

  /** A pool whose tasks the test runs itself, one after the other. */
  private static final class ByHand extends AbstractExecutorService {
    final Deque<Runnable> tasks = new ArrayDeque<>();
    int most = Integer.MAX_VALUE;

    @Override
    public void execute(Runnable task) {
      if (tasks.size() >= most) {
        throw new RejectedExecutionException();
      }
      tasks.add(task);
    }

    void runNext() {
      tasks.remove().run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }

  private record Folder(Path path) implements FileSink, FileSource {
    @Override
    public OutputFile create(String name) {
      try {
        OutputStream stream = Files.newOutputStream(path.resolve(name));
        return new OutputFile() {
          @Override
          public OutputStream stream() {
            return stream;
          }

          @Override
          public void commit() throws IOException {
            stream.flush();
          }

          @Override
          public void close() {
            try {
              stream.close();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Path path(String name) {
      return path.resolve(name);
    }
  }

  @TempDir Path folder;

  private final Random random = new Random(5);
  private final ByHand pool = new ByHand();
  private final List<Future<Reads.Hits>> begun = new ArrayList<>();
  private SealedSegment segment;

  @BeforeEach
  void seal() {
    CollectionSchema schema =
        new CollectionSchema(
            "dots",
            "",
            List.of(
                TestTable.field(100, "id", DataType.INT64, true, false, Map.of()),
                TestTable.field(
                    VECTOR,
                    "v",
                    DataType.FLOAT_VECTOR,
                    false,
                    false,
                    Map.of("dim", "" + DIMENSION))),
            Map.of(),
            1,
            List.of(),
            102);
    ColumnBuilder ids = ColumnBuilder.of(schema.fields().get(0));
    ColumnBuilder vectors = ColumnBuilder.of(schema.fields().get(1));
    for (long row = 0; row < ROWS; row++) {
      ids.add(row);
      vectors.add(vector());
    }
    Folder files = new Folder(folder);
    try (GrowingSegment growing =
        new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema)) {
      growing.append(new RowBatch(ROWS, Map.of(100L, ids.build(), VECTOR, vectors.build())), 10, 1);
      segment = SealedSegment.open(growing.flush(files), schema, Set.of(), files);
    }
  }

  @AfterEach
  void close() {
    segment.close();
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextFloat();
    }
    return vector;
  }

  private Reads.Search search(int k) {
    return search(k, DIMENSION);
  }

  private Reads.Search search(int k, int dimension) {
    return search(k, dimension, new Filter.Everything());
  }

  private Reads.Search search(int k, int dimension, Filter filter) {
    ColumnBuilder query =
        ColumnBuilder.of(
            TestTable.field(
                VECTOR, "v", DataType.FLOAT_VECTOR, false, false, Map.of("dim", "" + dimension)));
    query.add(Arrays.copyOf(vector(), dimension));
    Column queries = query.build();
    return new Reads.Search(
        new Reads.Scope(50, Set.of(), 0, false, 1),
        VECTOR,
        Metric.L2,
        queries,
        k,
        Map.of(),
        filter,
        Reads.Range.NONE,
        Optional.empty(),
        Optional.empty());
  }

  /** As from a request's virtual thread. */
  private List<Reads.Search> begin(SegmentReads reads, List<Reads.Search> searches)
      throws InterruptedException {
    Thread.ofVirtual()
        .start(() ->
            searches.forEach(one -> begun.addAll(reads.begin(List.of(segment), one, List::of))))
        .join();
    return searches;
  }

  private SegmentReads reads(int threads) {
    return new SegmentReads(new ReadThreads(threads, pool));
  }

  private void answeredAsAlone(List<Reads.Search> searches) {
    SegmentReads alone = reads(1);
    for (int i = 0; i < searches.size(); i++) {
      Reads.Hits expected = alone.search(List.of(segment), searches.get(i));
      Reads.Hits found = FanOut.await(begun.get(i));
      assertThat(found.keys()).isEqualTo(expected.keys());
      assertThat(found.scores()).containsExactly(expected.scores(), within(ROUNDING));
      assertThat(found.segments()).isEqualTo(expected.segments());
      assertThat(found.counts()).isEqualTo(expected.counts());
    }
  }

  private long done() {
    return begun.stream().filter(Future::isDone).count();
  }

  @Test
  void theFirstThreadTakesAllThatWait() throws InterruptedException {
    List<Reads.Search> searches =
        begin(reads(1), IntStream.range(0, 9).mapToObj(i -> search(10)).toList());
    assertThat(pool.tasks).hasSize(9);
    pool.runNext();
    assertThat(done()).isEqualTo(9);
    while (!pool.tasks.isEmpty()) {
      pool.runNext(); // finds nothing left to do
    }
    answeredAsAlone(searches);
  }

  @Test
  void aFreeThreadGetsItsShare() throws InterruptedException {
    List<Reads.Search> searches =
        begin(reads(2), IntStream.range(0, 9).mapToObj(i -> search(10)).toList());
    pool.runNext();
    assertThat(done()).isEqualTo(5);
    while (done() < 9) {
      pool.runNext();
    }
    answeredAsAlone(searches);
  }

  @Test
  void whatIsNotAlikeIsLeftAlone() throws InterruptedException {
    List<Reads.Search> searches =
        begin(reads(1), List.of(search(10), search(11), search(10), search(11)));
    pool.runNext();
    assertThat(begun).extracting(Future::isDone).containsExactly(true, false, true, false);
    pool.runNext();
    assertThat(done()).isEqualTo(4);
    answeredAsAlone(searches);
  }

  @Test
  void aWrongSearchFailsAlone() throws InterruptedException {
    Reads.Search wrong = search(10, 3);
    Reads.Search good = search(10);
    begin(reads(1), List.of(wrong, good));
    pool.runNext();
    assertThatThrownBy(() -> FanOut.await(begun.getFirst())).isInstanceOf(ElanusException.class);
    assertThat(FanOut.await(begun.getLast()).keys())
        .isEqualTo(reads(1).search(List.of(segment), good).keys());
  }

  /** So deep that whoever goes down in it by recursion runs out of stack. */
  private static Filter tooDeep() {
    Filter filter = new Filter.Everything();
    for (int i = 0; i < 300_000; i++) {
      filter = new Filter.Not(filter);
    }
    return filter;
  }

  private void allFailedByTheirStack(int count) {
    assertThat(begun).hasSize(count).allMatch(Future::isDone);
    for (Future<Reads.Hits> one : begun) {
      assertThatThrownBy(() -> FanOut.await(one)).isInstanceOf(StackOverflowError.class);
    }
    begun.clear();
  }

  /** What came before and what comes after is answered by the same threads. */
  private void answersAsEver(SegmentReads reads) throws InterruptedException {
    assertThat(begun).isEmpty();
    List<Reads.Search> searches = begin(reads, List.of(search(10), search(10), search(10)));
    while (!pool.tasks.isEmpty()) {
      pool.runNext();
    }
    answeredAsAlone(searches);
    begun.clear();
  }

  @Test
  void anErrorOfThePassFailsEverySearchAndNoOther() throws InterruptedException {
    SegmentReads reads = reads(1);
    answersAsEver(reads);
    Filter deep = tooDeep(); // the same for all: they share a pass
    begin(reads, IntStream.range(0, 5).mapToObj(i -> search(10, DIMENSION, deep)).toList());
    Reads.Search good = search(10);
    begin(reads, List.of(good));
    pool.runNext();
    assertThat(done()).isEqualTo(5);
    Future<Reads.Hits> other = begun.removeLast();
    allFailedByTheirStack(5);
    while (!pool.tasks.isEmpty()) {
      pool.runNext();
    }
    assertThat(FanOut.await(other).keys())
        .isEqualTo(reads(1).search(List.of(segment), good).keys());
    answersAsEver(reads);
  }

  @Test
  void anErrorBeforeThePassFailsEverySearch() throws InterruptedException {
    SegmentReads reads = reads(1);
    answersAsEver(reads);
    begin( // each as deep, but another: to compare them takes as much stack
        reads, IntStream.range(0, 3).mapToObj(i -> search(10, DIMENSION, tooDeep())).toList());
    while (!pool.tasks.isEmpty()) {
      pool.runNext();
    }
    allFailedByTheirStack(3);
    answersAsEver(reads);
  }

  @Test
  void whatIsRefusedIsNotTakenAlong() throws InterruptedException {
    pool.most = 2;
    SegmentReads reads = reads(1);
    List<Reads.Search> searches = begin(reads, List.of(search(10), search(10), search(10)));
    assertThatThrownBy(() -> FanOut.await(begun.getLast()))
        .isInstanceOf(ElanusException.class)
        .extracting(failed -> ((ElanusException) failed).code())
        .isEqualTo(ErrorCode.RATE_LIMIT);
    pool.runNext();
    assertThat(done()).isEqualTo(3);
    answeredAsAlone(searches.subList(0, 2));
  }

  @Test
  void manyThreadsAskAtOnce() throws Exception {
    try (ExecutorService two = Executors.newFixedThreadPool(2);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      SegmentReads reads = new SegmentReads(new ReadThreads(2, two));
      List<Reads.Search> searches =
          IntStream.range(0, 400).mapToObj(i -> search(5 + i % 2)).toList();
      List<Future<Reads.Hits>> answers =
          searches.stream()
              .map(one -> clients.submit(() -> reads.search(List.of(segment), one)))
              .toList();
      begun.addAll(answers);
      for (Future<Reads.Hits> answer : answers) {
        answer.get();
      }
      answeredAsAlone(searches);
    }
  }
}
