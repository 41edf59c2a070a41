package io.elanus.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What one process is to do, as key=value arguments; the keys are those of bench/vectors/worker.py.
 */
record Task(Map<String, String> values) {
  static Task of(String[] args) {
    Map<String, String> values = new HashMap<>();
    for (String arg : args) {
      int at = arg.indexOf('=');
      values.put(arg.substring(0, at), arg.substring(at + 1));
    }
    return new Task(Map.copyOf(values));
  }

  String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the task has no " + key);
    }
    return value;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  int number(String key) {
    return Integer.parseInt(text(key));
  }

  Path path(String key) {
    return Path.of(text(key));
  }

  double[] efforts() {
    return Arrays.stream(text("efforts").split(",")).mapToDouble(Double::parseDouble).toArray();
  }

  /** The parameters whose keys begin with a prefix, without it. */
  Map<String, String> with(String prefix) {
    Map<String, String> found = new HashMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /** The numbers of a .npy file without its header, copied to aligned memory. */
  static MemorySegment array(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        Arena mapping = Arena.ofConfined()) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), mapping);
      int header = 10 + Short.toUnsignedInt(all.get(ValueLayout.JAVA_SHORT_UNALIGNED, 8));
      return arena.allocate(Math.max(1, all.byteSize() - header), 64).copyFrom(all.asSlice(header));
    }
  }

  /** The rows of a float32 array on the heap. */
  static float[][] rows(Path file, int dimension) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = array(file, arena);
      float[][] rows = new float[(int) (data.byteSize() / 4 / dimension)][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = data.asSlice(4L * dimension * i, 4L * dimension).toArray(ValueLayout.JAVA_FLOAT);
      }
      return rows;
    }
  }
}
