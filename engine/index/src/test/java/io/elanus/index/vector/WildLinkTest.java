package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thread that has searched a large graph searches a small one whose links were overwritten: a
 * link beyond the small one is none beyond what the thread keeps for the large one. A process of
 * its own, for a read at a wild address ends it.
 */
class WildLinkTest {
  private static final int LARGE = 20_000;
  private static final int SMALL = 8000;

  @TempDir Path folder;

  @Test
  void aLinkBeyondTheSlotsIsFoundBeforeAnythingIsReadByIt() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("error"),
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName(),
            folder.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    String noticed = IndexOutOfBoundsException.class.getName() + ": a link of a graph";
    assertThat(output)
        .contains("HNSW all: " + noticed)
        .contains("HNSW most: " + noticed)
        .contains("DISKANN all: " + noticed)
        .contains("DISKANN most: " + noticed);
  }

  /** Prints what searches of overwritten graphs throw. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      IndexSpec hnsw =
          new IndexSpec(IndexType.HNSW, Metric.L2, Map.of("M", "4", "efConstruction", "8"));
      IndexSpec disk =
          new IndexSpec(
              IndexType.DISKANN, Metric.L2, Map.of("max_degree", "8", "search_list_size", "8"));
      try (Arena arena = Arena.ofShared()) {
        SampleRows narrow = SampleRows.of(DataType.FLOAT_VECTOR, 8, 7);
        VectorIndex large = built(hnsw, narrow, LARGE, folder.resolve("large"), arena);
        large.search(query(large, narrow, Bits.all(LARGE)));
        SampleRows wide = SampleRows.of(DataType.FLOAT_VECTOR, 256, 8);
        for (IndexSpec spec : List.of(hnsw, disk)) {
          Path file = folder.resolve(spec.type().name());
          VectorIndex small = built(spec, wide, SMALL, file, arena);
          small.search(query(small, wide, Bits.all(SMALL)));
          Section links = spec == disk ? Section.NODES : Section.LINKS;
          SectionDamage.overwrite(file, links, wild(file, links));
          Bits most = Bits.none(SMALL);
          most.setRange(0, SMALL - 100);
          System.out.println(spec.type() + " all: " + thrown(small, wide, Bits.all(SMALL)));
          System.out.println(spec.type() + " most: " + thrown(small, wide, most));
        }
      }
    }

    private static VectorIndex built(
        IndexSpec spec, SampleRows sample, int count, Path file, Arena arena) {
      try (Arena rows = Arena.ofShared()) {
        BuildContext context = BuildContext.withThreads(2);
        VectorIndexes.build(spec, sample.rows(count, rows), context, file);
      }
      return VectorIndexes.open(file, arena);
    }

    private static byte[] wild(Path file, Section section) throws IOException {
      byte[] bytes = new byte[SectionDamage.bytes(file, section)];
      ByteBuffer links = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      while (links.remaining() >= Integer.BYTES) {
        links.putInt(LARGE - 1);
      }
      return bytes;
    }

    private static VectorQuery query(VectorIndex index, SampleRows sample, Bits eligible) {
      String effort = index.spec().type() == IndexType.DISKANN ? "search_list" : "ef";
      SearchParameters parameters = SearchParameters.of(index.spec(), 10, Map.of(effort, 16));
      return new VectorQuery(sample.vector(), 10, eligible, parameters, ScoreRange.NONE);
    }

    private static String thrown(VectorIndex index, SampleRows sample, Bits eligible) {
      try {
        return index.search(query(index, sample, eligible)).count() + " found";
      } catch (RuntimeException failed) {
        return failed.toString();
      }
    }
  }
}
