package io.elanus.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * pyarrow as the judge of our files. Runs with the interpreter named by ELANUS_PYTHON, or python3,
 * and is skipped when that has no pyarrow and pandas.
 */
final class PyarrowTest {
  private static final String READ_BACK =
      """
      import json, sys
      import pyarrow as pa, pyarrow.ipc as ipc, pyarrow.feather as feather
      source = pa.memory_map(sys.argv[1])
      reader = ipc.open_file(source)
      table = reader.read_all()
      table.validate(full=True)
      frame = table.to_pandas()
      assert len(frame) == table.num_rows and list(frame.columns) == table.column_names
      def text(v):
          if v is None: return 'null'
          if isinstance(v, bool): return 'true' if v else 'false'
          if isinstance(v, bytes): return v.hex()
          if isinstance(v, list): return '[' + ','.join(text(x) for x in v) + ']'
          if isinstance(v, float): return v.hex()
          return str(v)
      for name, field in zip(table.column_names, table.schema):
          assert field.metadata[b'elanus.field_id'].isdigit()
          column = table.column(name)
          if str(column.type).startswith('fixed_size_list'):
              values = [None if v is None else pa.array(v, pa.float32()).buffers()[1].to_pybytes()[:4*len(v)] for v in column.to_pylist()]
          else:
              values = column.to_pylist()
          sys.stdout.buffer.write((name + '|' + '|'.join(text(v) for v in values) + '\\n').encode())
      """;

  @TempDir Path directory;

  @Test
  void pyarrowAndPandasReadTheSameValues() throws Exception {
    String python = python();
    List<SampleColumns.Sample> samples = SampleColumns.everyType(77, 21);
    Path file = directory.resolve("sample.arrow");
    try (OutputStream out = Files.newOutputStream(file)) {
      ArrowFileWriter.write(out, SampleColumns.sources(samples), RowOrder.sequential(List.of(77)));
    }
    assertThat(MemorySegment.ofArray(Files.readAllBytes(file)).byteSize()).isPositive();
    String expected =
        samples.stream()
            .map(sample ->
                sample.field().name()
                    + "|"
                    + sample.values().stream()
                        .map(PyarrowTest::text)
                        .collect(Collectors.joining("|"))
                    + "\n")
            .collect(Collectors.joining());
    assertThat(run(python, "-c", READ_BACK, file.toString())).isEqualTo(expected);
  }

  private static String text(Object value) {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case List<?> list ->
          list.stream().map(PyarrowTest::text).collect(Collectors.joining(",", "[", "]"));
      case Float number -> hex(number);
      case Double number -> hex(number);
      default -> value.toString();
    };
  }

  /** As Python prints a float in hexadecimal. */
  private static String hex(double value) {
    String java = Double.toHexString(value);
    int point = java.indexOf('.');
    int exponent = java.indexOf('p');
    String digits = java.substring(point + 1, exponent);
    if (value == 0) {
      return "0x0.0p+0";
    }
    String sign = java.charAt(exponent + 1) == '-' ? "" : "+";
    return java.substring(0, point + 1)
        + digits
        + "0".repeat(13 - digits.length())
        + "p"
        + sign
        + java.substring(exponent + 1);
  }

  private static String python() throws Exception {
    String named = System.getenv("ELANUS_PYTHON");
    String python = named == null ? "python3" : named;
    boolean there;
    try {
      there = run(python, "-c", "import pyarrow, pandas; print('there')").contains("there");
    } catch (IOException e) {
      there = false;
    }
    Assumptions.assumeTrue(there, python + " has no pyarrow and pandas");
    return python;
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
