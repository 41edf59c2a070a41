package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.IndexOrigin;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DamagedSegmentTest {
  @TempDir Path directory;

  private final CollectionSchema schema = Birds.schema(DataType.VARCHAR);
  private final History history = new History(DataType.VARCHAR, 5);

  private SegmentManifest write(FolderSink folder) {
    try (GrowingSegment growing =
        new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema)) {
      List<Birds.Bird> birds =
          List.of("a", "b", "c", "ü").stream().map(history::randomBird).toList();
      growing.append(Birds.batch(schema, birds), 10, 1);
      growing.delete(Keys.of(List.of("b")), 11);
      return growing.flush(folder);
    }
  }

  @Test
  void everyDamagedFileIsNamed() throws IOException {
    FolderSink folder = new FolderSink(directory.resolve("segment"));
    SegmentManifest manifest = write(folder);
    long seed = 3;
    Random random = new Random(seed);
    for (SegmentManifest.FileEntry file : manifest.files()) {
      if (file.kind() == SegmentManifest.FileKind.BLOOM) {
        continue;
      }
      Path path = folder.path(file.name());
      byte[] good = Files.readAllBytes(path);
      for (int round = 0; round < 20; round++) {
        byte[] bad = good.clone();
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(path, round == 0 ? new byte[0] : bad);
        assertThatThrownBy(() -> SealedSegment.open(manifest, schema, Set.of(), folder))
            .as("seed %d", seed)
            .isInstanceOf(ElanusException.class)
            .hasMessageContaining(file.name())
            .extracting(e -> ((ElanusException) e).code())
            .isEqualTo(ErrorCode.DATA_INTEGRITY);
      }
      Files.write(path, good);
    }
    SealedSegment.open(manifest, schema, Set.of(), folder).close();
  }

  @Test
  void aDamagedBloomFilterIsDoneWithout() throws IOException {
    FolderSink folder = new FolderSink(directory.resolve("segment"));
    SegmentManifest manifest = write(folder);
    Files.write(folder.path("keys.bloom"), new byte[100]);
    try (SealedSegment segment = SealedSegment.open(manifest, schema, Set.of(), folder)) {
      Found found = segment.lookup(Keys.of(List.of("a", "b", "x")), 20);
      assertThat(found.ordinals()).containsExactly(0, -1, -1);
    }
  }

  @Test
  void aDamagedIndexIsBypassed() throws IOException {
    FolderSink folder = new FolderSink(directory.resolve("segment"));
    SegmentManifest manifest = write(folder);
    Path index = directory.resolve("index");
    Files.write(index, new byte[500]);
    try (SealedSegment segment = SealedSegment.open(manifest, schema, Set.of(), folder)) {
      assertThat(segment.attachVectorIndex(Birds.VECTOR, index, IndexOrigin.UNKNOWN, () -> {}))
          .isEqualTo(IndexUse.DAMAGED);
      SegmentSearch search =
          Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(history.vector()), 9, 20);
      assertThat(segment.search(search).getFirst().count()).isPositive();
    }
  }

  @Test
  void aDamagedManifestIsRefused() {
    byte[] good = write(new FolderSink(directory.resolve("segment"))).encode();
    Random random = new Random(8);
    for (int round = 0; round < 300; round++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> SegmentManifest.decode("manifest-7", bad))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining("manifest-7");
    }
  }

  @Test
  void deleteFilesSurviveAndDamageIsRefused() {
    DeleteFile.Deletes numbers = new DeleteFile.Deletes(Keys.of(3, -1, 3), new long[] {1, 2, 9});
    DeleteFile.Deletes texts =
        new DeleteFile.Deletes(Keys.of(List.of("ä", "")), new long[] {5, Long.MAX_VALUE});
    for (DeleteFile.Deletes deletes : List.of(numbers, texts)) {
      byte[] bytes = DeleteFile.encode(deletes);
      DeleteFile.Deletes read = DeleteFile.decode("d", MemorySegment.ofArray(bytes));
      assertThat(read.keys()).isEqualTo(deletes.keys());
      assertThat(read.timestamps()).isEqualTo(deletes.timestamps());
      bytes[bytes.length - 9] ^= 1;
      assertThatThrownBy(() -> DeleteFile.decode("d-17", MemorySegment.ofArray(bytes)))
          .hasMessageContaining("d-17");
    }
  }
}
