package io.elanus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.disk.Failpoints;
import io.elanus.disk.LocalDisk;
import io.elanus.disk.SimulatedDisk;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the file form can suffer: lost power, failed forces, damaged and missing files. */
final class LocalLogFaultsTest {
  private static final Path ROOT = Path.of("/data/log");
  private static final LogOptions OPTIONS = new LogOptions(8 << 10, 16 << 10, 4 << 10, 6 << 10);

  private final SimulatedDisk disk = new SimulatedDisk();

  @AfterEach
  void disarm() {
    Failpoints.disarm();
  }

  private LocalLogStore open() {
    return LocalLogStore.open(disk, ROOT, OPTIONS, Runnable::run);
  }

  private List<Path> files() {
    return disk.list(ROOT.resolve("c")).stream()
        .filter(path -> path.toString().endsWith(".log"))
        .toList();
  }

  private static String text(int ordinal, Random random) {
    return ordinal + "-" + LogContract.filler(ordinal, random.nextInt(1500));
  }

  private static void assertDamage(Runnable action, String location) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
              assertThat(failure.getMessage()).contains(location);
            });
  }

  /** Power goes at the n-th hit of each failpoint; acknowledged records must all be there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "log.append.beforeWrite",
        "log.append.beforeSync",
        "log.append.afterSync",
        "log.rotate.beforeRename",
        "log.rotate.beforeFolderSync",
        "log.recover.beforeRepair",
        "log.cut.betweenFiles"
      })
  void powerLossAtEachFailpointLosesNothing(String failpoint) {
    for (int nth = 1; nth <= 12; nth++) {
      var random = new Random(nth);
      var acknowledged = new ArrayList<String>();
      var attempted = new ArrayList<String>();
      for (int life = 0; life < 6; life++) {
        Failpoints.arm(failpoint + ":throw:" + nth);
        liveUntilFailure(acknowledged, attempted, random);
        disk.losePower(random, 512);
      }
      Failpoints.disarm();
      try (LocalLogStore store = open()) {
        store.delete("c");
      }
    }
  }

  /** Appends and cuts until the failpoint fires, after checking what the last life left. */
  private void liveUntilFailure(List<String> acknowledged, List<String> attempted, Random random) {
    LocalLogStore store = open();
    try {
      Log log = store.open("c");
      reconcile(LogContract.texts(log), acknowledged, attempted);
      for (int count = 0; count < 30; count++) {
        List<String> group = List.of(text(count, random), text(count + 1, random));
        attempted.clear();
        attempted.addAll(group);
        LogContract.append(log, 1, group.toArray(String[]::new));
        acknowledged.addAll(group);
        attempted.clear();
        if (count % 10 == 9) {
          log.cutBelow(log.endPosition() / 2);
        }
      }
    } catch (ElanusException fired) {
      assertThat(fired).hasMessageContaining("failpoint");
    }
  }

  private static void reconcile(
      List<String> found, List<String> acknowledged, List<String> attempted) {
    List<String> possible = new ArrayList<>(acknowledged);
    possible.addAll(attempted);
    int from = found.isEmpty() ? acknowledged.size() : lastStart(possible, found);
    assertThat(from + found.size()).isBetween(acknowledged.size(), possible.size());
    assertThat(found).isEqualTo(possible.subList(from, from + found.size()));
    acknowledged.clear();
    acknowledged.addAll(possible.subList(0, from + found.size()));
  }

  /** Cutting removes a prefix, so the records found are some run of all that were written. */
  private static int lastStart(List<String> possible, List<String> found) {
    return Collections.lastIndexOfSubList(possible, found);
  }

  /** The n-th force fails. */
  @Test
  void aFailedForceIsNeverFollowedByAnAcknowledgement() {
    for (int nth = 1; nth <= 60; nth++) {
      var random = new Random(nth);
      var acknowledged = new ArrayList<String>();
      LocalLogStore store = open();
      Log log = store.open("c");
      disk.failForce(nth);
      boolean failed = false;
      for (int count = 0; count < 40; count++) {
        String text = text(count, random);
        try {
          LogContract.append(log, 1, text);
          assertThat(failed).as("acknowledged after a failed force, n = %d", nth).isFalse();
          acknowledged.add(text);
        } catch (ElanusException failure) {
          assertThat(failure.code()).isEqualTo(ErrorCode.IO_FAILED);
          failed = true;
        }
      }
      disk.failForce(-1);
      disk.losePower(random, 4096);
      LocalLogStore again = open();
      assertThat(LogContract.texts(again.open("c")))
          .startsWith(acknowledged.toArray(String[]::new))
          .hasSizeLessThanOrEqualTo(acknowledged.size() + 1);
      again.delete("c");
    }
  }

  /** What recovery shows to readers must not vanish at the next power loss. */
  @Test
  void recoveredRecordsAreDurable() {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      Log log = open().open("c");
      LogContract.append(log, 1, "acknowledged");
      disk.failForce(1);
      assertThatThrownBy(() -> LogContract.append(log, 1, "readable but not durable"))
          .isInstanceOf(ElanusException.class);
      List<String> recovered = LogContract.texts(open().open("c"));
      disk.losePower(random, 512);
      LocalLogStore last = open();
      assertThat(LogContract.texts(last.open("c"))).isEqualTo(recovered);
      last.delete("c");
    }
  }

  /** Any flipped bit in a closed log is reported, or was in nothing. */
  @Test
  void everyFlippedBitIsFound() {
    long seed = new Random().nextLong();
    System.out.println("LocalLogFaultsTest seed " + seed);
    var random = new Random(seed);
    var texts = new ArrayList<String>();
    try (LocalLogStore store = open()) {
      Log log = store.open("c");
      for (int ordinal = 0; ordinal < 20; ordinal++) {
        texts.add(text(ordinal, random));
        LogContract.append(log, 1, texts.getLast());
      }
    }
    for (int flip = 0; flip < 300; flip++) {
      Path file = files().get(random.nextInt(files().size()));
      byte[] whole = disk.contents(file);
      disk.flipBit(file, random.nextInt(whole.length), random.nextInt(8));
      try (LocalLogStore store = open()) {
        assertThat(LogContract.texts(store.open("c"))).isEqualTo(texts);
      } catch (ElanusException failure) {
        assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
        assertThat(failure.getMessage()).contains("file=" + file).contains("offset=");
      }
      disk.replaceContents(file, whole);
    }
    try (LocalLogStore store = open()) {
      assertThat(LogContract.texts(store.open("c"))).isEqualTo(texts);
    }
  }

  /** A zeroed page before later groups is damage, though it looks like the end. */
  @Test
  void aZeroedPageBeforeLaterRecordsIsDamage() {
    LocalLogStore store = open();
    Log log = store.open("c");
    for (int ordinal = 0; ordinal < 4; ordinal++) {
      LogContract.append(log, 1, LogContract.filler(ordinal, 1000));
    }
    Path file = files().getLast();
    byte[] contents = disk.contents(file);
    Arrays.fill(contents, FileHeader.BYTES, FileHeader.BYTES + 1100, (byte) 0);
    disk.replaceContents(file, contents);
    assertDamage(() -> open().open("c"), "file=" + file);
    assertThat(disk.contents(file)).isEqualTo(contents);
  }

  /** The tail is cut off anywhere; what stands before it is read. */
  @Test
  void aTruncatedTailLeavesAPrefix() {
    var texts = new ArrayList<String>();
    Log log = openUnprepared().open("c");
    for (int ordinal = 0; ordinal < 5; ordinal++) {
      texts.add(LogContract.filler(ordinal, 300));
      LogContract.append(log, 1, texts.getLast());
    }
    Path file = files().getLast();
    byte[] whole = disk.contents(file);
    for (int size = FileHeader.BYTES; size <= whole.length; size += 7) {
      disk.replaceContents(file, Arrays.copyOf(whole, size));
      int left = (size - FileHeader.BYTES) / (int) RecordHeader.recordBytes(300);
      Log again = openUnprepared().open("c");
      assertThat(LogContract.texts(again)).isEqualTo(texts.subList(0, left));
      LogContract.append(again, 1, "more");
      assertThat(LogContract.texts(again)).hasSize(left + 1).last().isEqualTo("more");
    }
  }

  private LocalLogStore openUnprepared() {
    return LocalLogStore.open(disk, ROOT, OPTIONS, task -> {});
  }

  /** A missing file, in the middle or at the end. */
  @Test
  void aMissingFileIsReported() {
    try (LocalLogStore store = open()) {
      Log log = store.open("c");
      for (int ordinal = 0; ordinal < 30; ordinal++) {
        LogContract.append(log, 1, LogContract.filler(ordinal, 3000));
      }
    }
    List<Path> files = files();
    assertThat(files).hasSizeGreaterThan(3);
    byte[] last = disk.contents(files.getLast());
    disk.delete(files.getLast());
    assertDamage(() -> open().open("c"), "after=" + files.get(files.size() - 2));
    disk.replaceContents(files.getLast(), last);
    disk.delete(files.get(1));
    assertDamage(() -> LogContract.texts(open().open("c")), "file=" + files.get(0));
  }

  /** Strange files do not matter. */
  @Test
  void foreignAndLeftoverFilesDoNotPreventAStart() {
    try (LocalLogStore store = open()) {
      LogContract.append(store.open("c"), 1, "a");
    }
    for (String name : List.of("plain.tmp", "prepare.tmp", "notes.txt", "12.log", ".DS_Store")) {
      disk.replaceContents(ROOT.resolve("c").resolve(name), new byte[] {1, 2, 3});
    }
    disk.createFolder(ROOT.resolve(".deleted-old"));
    disk.replaceContents(ROOT.resolve(".deleted-old/0.log"), new byte[10]);
    disk.replaceContents(ROOT.resolve("stray"), new byte[10]);
    try (LocalLogStore store = open()) {
      assertThat(store.channels()).containsExactly("c");
      assertThat(LogContract.texts(store.open("c"))).containsExactly("a");
      for (int ordinal = 0; ordinal < 10; ordinal++) {
        LogContract.append(store.open("c"), 1, LogContract.filler(ordinal, 3000));
      }
    }
    assertThat(disk.kind(ROOT.resolve(".deleted-old"))).isEqualTo(SimulatedDisk.Kind.MISSING);
  }

  @Test
  void anIdleLogWritesNothing() {
    try (LocalLogStore store = open()) {
      LogContract.append(store.open("c"), 1, "a");
    }
    long written = disk.bytesWritten();
    int forces = disk.forces();
    try (LocalLogStore store = open()) {
      assertThat(LogContract.texts(store.open("c"))).containsExactly("a");
    }
    assertThat(disk.bytesWritten()).isEqualTo(written);
    assertThat(disk.forces()).isEqualTo(forces);
  }

  @Test
  void aGroupIsOneForceAndPreparedFilesAreUsed() {
    try (LocalLogStore store = open()) {
      Log log = store.open("c");
      LogContract.append(log, 1, "in the plain file; asks for a prepared one");
      LogContract.append(log, 1, "in the prepared file");
      int forces = disk.forces();
      LogContract.append(log, 1, "a", "b", "c", "d");
      assertThat(disk.forces()).isEqualTo(forces + 1);
      assertThat(files()).hasSize(2);
      assertThat(disk.sizeBytes(files().getLast())).isEqualTo(OPTIONS.firstFileBytes());
    }
  }

  /** An interrupted writer or reader neither fails nor harms the others. */
  @Test
  void interruptsDoNotCloseTheLog(@TempDir Path folder) {
    try (LocalLogStore store =
        LocalLogStore.open(new LocalDisk(), folder, OPTIONS, Runnable::run)) {
      Log log = store.open("c");
      LogReader reader = log.read(0);
      for (int ordinal = 0; ordinal < 30; ordinal++) {
        Thread.currentThread().interrupt();
        LogContract.append(log, 1, LogContract.filler(ordinal, 1000));
        assertThat(reader.next().map(LogContract::text))
            .contains(LogContract.filler(ordinal, 1000));
        assertThat(Thread.interrupted()).isTrue();
      }
      reader.close();
    }
    try (LocalLogStore store =
        LocalLogStore.open(new LocalDisk(), folder, OPTIONS, Runnable::run)) {
      assertThat(LogContract.texts(store.open("c"))).hasSize(30);
    }
  }
}
