package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Builds choose links by float32 distances and must not depend on when the compiler came. What
 * compiled code gives is seen in {@link StartingKernelTest}.
 */
class LaneSumsTest {
  private static final long SEED = 20261122;
  private static final int ROWS = 9;

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void aJvmThatCompilesNothingGivesTheBitsOfTheScalarForm(int vectorBytes)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xint",
            "-XX:MaxVectorSize=" + vectorBytes,
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("different: []");
  }

  /** Prints the shapes in which the forms differ. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      List<String> different =
          IntStream.of(3, 16, 100, 319, 320, 336, 784).boxed().flatMap(Probe::different).toList();
      System.out.println("lanes " + Lanes.FLOATS.length() + " different: " + different);
    }

    private static Stream<String> different(int dimension) {
      return List.of(Distance.L2, Distance.INNER_PRODUCT).stream()
          .filter(distance ->
              !Arrays.equals(
                  distances(Kernels.Form.SIMD, distance, dimension),
                  distances(Kernels.Form.SCALAR, distance, dimension)))
          .map(distance -> distance + " " + dimension);
    }

    /** Of rows one after the other, then of the same apart. */
    private static float[] distances(Kernels.Form form, Distance distance, int dimension) {
      Kernel kernel = Kernels.of(form, ElementType.FLOAT32, distance, dimension);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment rows = arena.allocate((long) ROWS * kernel.rowBytes(), 64);
        RandomRows random = new RandomRows(new Random(SEED), ElementType.FLOAT32, dimension);
        for (int row = 0; row < ROWS; row++) {
          random.write(rows, (long) row * kernel.rowBytes());
        }
        MemorySegment vector = arena.allocate(ElementType.FLOAT32.rowBytes(dimension));
        random.write(vector, 0);
        MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
        kernel.prepare(vector, query);
        int[] ascending = IntStream.range(0, ROWS).toArray();
        int[] descending = IntStream.range(0, ROWS).map(i -> ROWS - 1 - i).toArray();
        float[] run = new float[ROWS];
        kernel.distances(query, rows, 0, kernel.rowBytes(), ascending, ROWS, run);
        float[] apart = new float[ROWS];
        kernel.distances(query, rows, 0, kernel.rowBytes(), descending, ROWS, apart);
        float[] both = Arrays.copyOf(run, 2 * ROWS);
        System.arraycopy(apart, 0, both, ROWS, ROWS);
        return both;
      }
    }
  }
}
