package io.elanus.node.query;

import static io.elanus.node.query.Shelved.COLLECTIONS;
import static io.elanus.node.query.Shelved.ROWS;
import static io.elanus.node.query.Shelved.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.node.data.CacheFigures;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.fakes.Await;
import io.elanus.node.fakes.TestTable;
import io.elanus.node.read.ReadThreads;
import io.elanus.objects.ObjectWriter;
import io.elanus.roles.FanOut;
import io.elanus.roles.QueryNode;
import io.elanus.roles.QueryNode.Load;
import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.Waits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.Value;
import io.elanus.segment.ColdPart;
import io.elanus.segment.FilePlace;
import io.elanus.segment.SealedSegment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk holds less than its segments: parts come and go, answers stay the same. */
class ColdPartsTest {
  private static final Filter EVERYTHING = new Filter.Everything();

  private static Shelved shelved;
  @TempDir private static Path writersCache;

  @TempDir private Path cache;
  private final ExecutorService pool = Executors.newFixedThreadPool(2);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private SegmentObjects files;
  private QueryExecutor node;
  private long room;

  @BeforeAll
  static void write() {
    shelved = new Shelved(writersCache);
  }

  @AfterAll
  static void end() {
    shelved.close();
  }

  @BeforeEach
  void quiet() {
    shelved.objects.fail(false);
    shelved.objects.beforeCopy(() -> {});
  }

  @AfterEach
  void close() {
    if (node != null) {
      node.close();
    }
    callers.close();
    pool.close();
  }

  /** A node with room for so many bytes beside what stays. */
  private void start(long roomBytes) {
    room = roomBytes;
    files =
        new SegmentObjects(
            shelved.objects, cache, shelved.heldBytes() + shelved.passingBytes() + roomBytes);
    node =
        new QueryExecutor(
            files,
            new DeleteObjects(shelved.objects),
            shelved.cluster,
            new ReadThreads(2, pool),
            1L << 30);
  }

  private void loadAll() {
    shelved.loads.forEach(node::load);
  }

  /** Parts that nobody reads leave, as for something that takes all the room. */
  private void chill() {
    String other = shelved.loads.getFirst().segment().manifest();
    var place = (FilePlace.Elsewhere) files.place(other, room);
    place.store().hold(other, room).close();
    files.forget(other);
  }

  /** By a thread that waits, as those of requests do. */
  private <T> T call(Callable<T> read) {
    return FanOut.await(callers.submit(read));
  }

  private Object nearest(int collection, long row) {
    long version = key(collection, row);
    return call(() ->
        node.search(shelved.segments(collection), shelved.search(version, 1, EVERYTHING))
            .keys()
            .get(0));
  }

  private long countBelow(int collection, long row) {
    Filter filter = Shelved.versionBelow(key(collection, row));
    return call(() -> node.query(shelved.segments(collection), shelved.count(filter)).count());
  }

  private Map<Long, Long> rowsBelow(int collection, long row) {
    Filter filter = Shelved.versionBelow(key(collection, row));
    return TestTable.versions(
        call(() -> node.query(shelved.segments(collection), shelved.query(filter)).rows()));
  }

  private void delete(int collection, long row) {
    node.delete(
        new QueryNode.Deletes(
            shelved.segments(collection),
            Keys.of(key(collection, row)),
            new long[] {Shelved.NOW - 1},
            Optional.empty()));
  }

  private long onDisk() {
    try (Stream<Path> all = Files.walk(cache)) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void assertFails(Callable<?> read, ErrorCode code, String... texts) {
    assertThatThrownBy(read::call)
        .isInstanceOfSatisfying(
            ElanusException.class, failed -> assertThat(failed.code()).isEqualTo(code))
        .hasMessageContainingAll(texts);
  }

  @Test
  void whereEverythingFitsItIsFetchedOnceAndAtLoad() {
    start(Long.MAX_VALUE / 2);
    int before = shelved.objects.copies();
    loadAll();
    int loaded = shelved.objects.copies();
    CacheFigures figures = files.cache();
    assertThat(figures.fetches()).isEqualTo(loaded - before);
    assertThat(figures.heldBytes()).isEqualTo(shelved.heldBytes());
    assertThat(figures.bytes()).isEqualTo(onDisk());
    for (int collection = 0; collection < COLLECTIONS; collection++) {
      assertThat(nearest(collection, 5)).isEqualTo(key(collection, 5));
      assertThat(rowsBelow(collection, 10)).hasSize(10);
    }
    assertThat(shelved.objects.copies()).isEqualTo(loaded);
    assertThat(files.cache()).isEqualTo(figures);
    node.close();
    assertThat(files.cache().heldBytes()).isZero();
    assertThat(files.cache().evictions()).isZero();
    loadAll(); // what nobody needs more is still there
    assertThat(shelved.objects.copies()).isEqualTo(loaded);
  }

  @Test
  void theLongestUnreadLeavesAndComesBackWhenItIsRead() {
    long graph = shelved.graph(0).bytes();
    start(2 * graph + graph / 2);
    loadAll();
    assertThat(nearest(0, 1)).isEqualTo(key(0, 1));
    assertThat(nearest(1, 1)).isEqualTo(key(1, 1));
    assertThat(nearest(0, 2)).isEqualTo(key(0, 2));
    int first = copies(0);
    int second = copies(1);
    int third = copies(2);
    assertThat(nearest(2, 1)).isEqualTo(key(2, 1)); // the second's graph leaves
    assertThat(nearest(0, 3)).isEqualTo(key(0, 3));
    assertThat(List.of(copies(0), copies(1), copies(2))).containsExactly(first, second, third + 1);
    assertThat(nearest(1, 3)).isEqualTo(key(1, 3)); // the third's
    assertThat(nearest(0, 4)).isEqualTo(key(0, 4));
    assertThat(List.of(copies(0), copies(1), copies(2)))
        .containsExactly(first, second + 1, third + 1);
    CacheFigures figures = files.cache();
    assertThat(figures.evictions()).isPositive();
    assertThat(figures.bytes()).isLessThanOrEqualTo(figures.budgetBytes()).isEqualTo(onDisk());
  }

  private int copies(int collection) {
    return shelved.objects.copies(shelved.graph(collection).object());
  }

  @Test
  void whoeverNeedsAPartAtTheSameTimeSharesOneFetch() throws Exception {
    start(shelved.partBytes(0));
    loadAll();
    chill();
    int before = copies(1);
    CountDownLatch open = new CountDownLatch(1);
    shelved.objects.beforeCopy(() -> await(open));
    List<Future<Object>> asked = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      long row = i;
      asked.add(callers.submit(() -> nearest(1, row)));
    }
    assertThat(rowsByKey(1, 3)).isEqualTo(1); // who needs nothing else is not held up
    open.countDown();
    for (int i = 0; i < asked.size(); i++) {
      assertThat(asked.get(i).get()).isEqualTo(key(1, i));
    }
    assertThat(copies(1)).isEqualTo(before + 1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPartThatIsReadLeavesWhenTheReadHasEnded() throws Exception {
    start(shelved.graph(1).bytes() + shelved.objects.size(shelved.vectors(0)) / 2);
    SegmentStore store = new SegmentStore(files, new DeleteObjects(shelved.objects), damaged -> {});
    store.load(shelved.loads.get(0));
    loadAll();
    SealedSegment segment = store.get(shelved.segments(0).getFirst()).segment();
    warm(segment);
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Path vectors = cache.resolve(shelved.vectors(0));
    Future<Integer> read =
        callers.submit(() ->
            segment.withVectors(
                TestTable.VECTOR,
                rows -> {
                  reading.countDown();
                  await(goOn);
                  return rows.count();
                }));
    Await.until(() -> reading.getCount() == 0, "it reads");
    Future<Object> other = callers.submit(() -> nearest(1, 7));
    Thread.sleep(100);
    assertThat(other.isDone()).isFalse();
    assertThat(vectors).exists();
    assertThat(files.cache().bytes()).isEqualTo(onDisk());
    goOn.countDown();
    assertThat(read.get()).isEqualTo(ROWS);
    assertThat(other.get()).isEqualTo(key(1, 7));
    assertThat(files.cache().bytes()).isLessThanOrEqualTo(files.cache().budgetBytes());
    store.release(segment.id());
  }

  private static void warm(SealedSegment segment) {
    try {
      segment.withVectors(TestTable.VECTOR, rows -> rows.count());
    } catch (ColdPart cold) {
      cold.repeat(() -> 0);
    }
  }

  @Test
  void aStoreThatFailsEndsReadsWhichMayBeRepeatedAndFiltersGoOn() {
    start(0);
    loadAll();
    assertFails(() -> nearest(0, 1), ErrorCode.DISK_LIMIT, "do not fit", "limit");
    assertThat(countBelow(0, 40)).isEqualTo(40); // without the index over versions
    node.close();
    start(shelved.partBytes(0));
    loadAll();
    chill();
    shelved.objects.fail(true);
    assertFails(() -> nearest(2, 1), ErrorCode.RESOURCE_INSUFFICIENT, "cannot be fetched");
    assertThat(countBelow(2, 40)).isEqualTo(40);
    shelved.objects.fail(false);
    assertThat(nearest(2, 1)).isEqualTo(key(2, 1));
    assertThat(shelved.cluster.indexCoord().damaged()).isEmpty();
    int before = shelved.objects.copies(shelved.versions(2).object());
    Await.until(
        () ->
            countBelow(2, 40) == 40
                && shelved.objects.copies(shelved.versions(2).object()) > before,
        "the index is tried again");
  }

  @Test
  void aColdIndexThatIsDamagedIsBypassedAndReported() {
    start(shelved.partBytes(0));
    loadAll();
    chill();
    Segments.IndexFile graph = shelved.graph(2);
    byte[] good = files.read(graph.object());
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 4;
    try {
      replace(graph.object(), bad);
      assertThat(nearest(2, 9)).isEqualTo(key(2, 9));
      assertThat(shelved.cluster.indexCoord().damaged()).containsExactly(graph.object());
      assertThat(indexed(2)).containsExactly(TestTable.VERSION);
      replace(graph.object(), good);
      node.load(shelved.loads.get(2));
      assertThat(indexed(2)).containsExactly(TestTable.VECTOR, TestTable.VERSION);
      assertThat(nearest(2, 9)).isEqualTo(key(2, 9));
    } finally {
      replace(graph.object(), good);
      shelved.cluster.indexCoord().damaged().clear();
    }
  }

  private static void replace(String object, byte[] bytes) {
    shelved.objects.delete(object);
    try (ObjectWriter writer = shelved.objects.create(object)) {
      writer.write(ByteBuffer.wrap(bytes));
      writer.commit();
    }
  }

  private List<Long> indexed(int collection) {
    return node.loaded().stream()
        .filter(loaded -> shelved.segments(collection).contains(loaded.segmentId()))
        .findFirst()
        .orElseThrow()
        .indexedFields();
  }

  @Test
  void onlyWhatStaysHasToFitIntoALoad() {
    start(-shelved.heldBytes() / COLLECTIONS);
    node.load(shelved.loads.get(0));
    node.load(shelved.loads.get(1));
    Load third = shelved.loads.get(2);
    assertFails(
        () -> {
          node.load(third);
          return true;
        },
        ErrorCode.DISK_LIMIT,
        "the cache of objects is full",
        "limit");
    assertThat(node.loaded()).hasSize(2);
    node.release(shelved.segments(0));
    node.load(third);
    assertThat(node.loaded()).hasSize(2);
    assertThat(rowsByKey(2, 3)).isEqualTo(1);
  }

  private long rowsByKey(int collection, long row) {
    Filter filter =
        new Filter.Compare(
            new Operand.Field(TestTable.KEY, DataType.INT64),
            Comparison.EQUAL,
            new Value.Int(key(collection, row)));
    return call(() -> node.query(shelved.segments(collection), shelved.count(filter)).count());
  }

  @Test
  void aThreadThatMustNotWaitGivesTheReadUp() {
    start(shelved.partBytes(0));
    loadAll();
    chill();
    assertThatThrownBy(() ->
            Waits.forbidden(
                () -> node.search(shelved.segments(2), shelved.search(key(2, 1), 1, EVERYTHING))))
        .isInstanceOf(Waits.WouldWait.class);
  }

  @Test
  void answersAreRightWhilePartsComeAndGo() throws Exception {
    start(shelved.partBytes(0) + shelved.partBytes(0) / 3);
    loadAll();
    AtomicLong deleted = new AtomicLong();
    List<Future<Integer>> readers = new ArrayList<>();
    for (int reader = 0; reader < 4; reader++) {
      long seed = reader;
      readers.add(callers.submit(() -> readMany(seed, deleted)));
    }
    for (long row = 0; row < 60; row++) {
      for (int collection = 0; collection < COLLECTIONS; collection++) {
        delete(collection, row);
      }
      deleted.set(row + 1);
      Thread.sleep(5);
    }
    for (Future<Integer> reader : readers) {
      assertThat(reader.get()).isPositive();
    }
    for (int collection = 0; collection < COLLECTIONS; collection++) {
      assertThat(countBelow(collection, 100)).isEqualTo(40);
      assertThat(nearest(collection, 30)).isNotEqualTo(key(collection, 30));
    }
    CacheFigures figures = files.cache();
    assertThat(figures.evictions()).isGreaterThan(10);
    assertThat(figures.bytes()).isLessThanOrEqualTo(figures.budgetBytes()).isEqualTo(onDisk());
    node.close();
    assertThat(files.cache().heldBytes()).isZero();
  }

  /** Reads of all kinds, each held against what must be seen at least and at most. */
  private int readMany(long seed, AtomicLong deleted) throws ExecutionException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int read = 0; read < 60; read++) {
      int collection = random.nextInt(COLLECTIONS);
      long row = 60 + random.nextInt(ROWS - 60);
      long goneBefore = deleted.get();
      switch (random.nextInt(4)) {
        case 0 -> assertThat(nearest(collection, row)).isEqualTo(key(collection, row));
        case 1 ->
            assertThat(rowsBelow(collection, 80).keySet())
                .containsAll(
                    LongStream.range(60, 80).mapToObj(each -> key(collection, each)).toList())
                .allMatch(found -> found >= key(collection, goneBefore));
        case 2 -> assertThat(countBelow(collection, row)).isBetween(row - 60, row - goneBefore);
        default -> fetched(collection, row);
      }
      assertThat(files.cache().bytes()).isLessThanOrEqualTo(files.cache().budgetBytes());
    }
    return 1;
  }

  private void fetched(int collection, long row) {
    Filter filter = Shelved.versionBelow(key(collection, row + 1));
    Reads.Hits hits =
        call(() ->
            node.search(
                shelved.segments(collection), shelved.search(key(collection, row), 3, filter)));
    assertThat(hits.keys().get(0)).isEqualTo(key(collection, row));
    Map<Long, Long> rows =
        TestTable.versions(
            call(() ->
                node.fetch(
                    new Reads.Fetch(
                        shelved.scope(),
                        hits.keys(),
                        hits.timestamps(),
                        hits.segments(),
                        hits.ordinals(),
                        List.of(TestTable.VERSION, TestTable.VECTOR)))));
    assertThat(rows).hasSize(3).allSatisfy((key, version) -> assertThat(version).isEqualTo(key));
  }
}
