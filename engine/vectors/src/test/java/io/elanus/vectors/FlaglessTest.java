package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a JVM chooses its kernels, seen in JVMs of their own. */
class FlaglessTest {
  @Test
  void aJvmWithoutFlagsComputesWithScalarKernelsAndNamesTheFlags() throws Exception {
    String output = run(List.of());
    assertThat(output).contains("SCALAR 25.0").contains("--add-modules jdk.incubator.vector");
    assertThat(output).doesNotContain("WARNING");
  }

  @Test
  void theModuleBringsSimd() throws Exception {
    assertThat(
            run(
                List.of(
                    "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED")))
        .contains("SIMD 25.0");
  }

  @Test
  void thePropertyForcesScalar() throws Exception {
    assertThat(
            run(
                List.of(
                    "--add-modules", "jdk.incubator.vector", "-Delanus.vectors.kernels=scalar")))
        .contains("SCALAR 25.0")
        .contains("forced by");
  }

  @Test
  void vectorsOfTwoFloatsAreTooNarrowForSimd() throws Exception {
    List<String> flags =
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:MaxVectorSize=8",
            "-Delanus.vectors.kernels=simd");
    assertThat(run(flags)).contains("SCALAR 25.0").contains("below 128 bits");
  }

  @Test
  void inCheckedModeAKernelReadsNothingThatItWasNotGiven() throws Exception {
    List<String> flags =
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Delanus.vectors.checked=true");
    assertThat(run(flags)).contains("SIMD 25.0");
    assertThat(run(flags, "beyond")).contains("SIMD IndexOutOfBounds");
  }

  private static String run(List<String> flags, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** Prints the active form and one distance, of a row beyond the rows if there is an argument. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      Kernel kernel = Kernels.of(ElementType.FLOAT32, Distance.L2, 2);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment rows = arena.allocate(64, 64);
        MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
        kernel.prepare(MemorySegment.ofArray(new float[] {3, -4}), query);
        float[] distances = new float[1];
        System.out.print(Kernels.active() + " ");
        try {
          kernel.distances(query, rows, 64L * args.length, 64, new int[] {0}, 1, distances);
          System.out.println(distances[0]);
        } catch (IndexOutOfBoundsException e) {
          System.out.println("IndexOutOfBounds");
        }
      }
    }
  }
}
