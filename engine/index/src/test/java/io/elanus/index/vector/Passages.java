package io.elanus.index.vector;

import io.elanus.index.DenseRows;
import io.elanus.index.SparseRows;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.vectors.Elements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Real rows: passages of 30 words of the Cranfield abstracts. A word is a random direction, the
 * longer the rarer it is, and a passage the sum of its words; as a sparse row, the words
 * themselves. Some passages are left out of the rows and ask for them.
 */
public final class Passages {
  private static final Path TEXTS =
      Path.of("..", "..", "examples", "cranfield", "cran.all.1400.xml");
  private static final Pattern TEXT = Pattern.compile("<text>(.*?)</text>", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("[a-z]+");
  private static final int WORDS = 30;
  private static final int STEP = 48;
  private static final int ROWS_PER_QUERY = 100;
  private static final long SEED = 7;

  private final List<int[]> rows = new ArrayList<>();
  private final List<int[]> queries = new ArrayList<>();
  private final float[] weights;

  public Passages() {
    Map<String, Integer> numbers = new HashMap<>();
    Map<Integer, Integer> texts = new HashMap<>();
    int count = 0;
    for (Matcher text = TEXT.matcher(read()); text.find(); count++) {
      int[] words =
          WORD.matcher(text.group(1))
              .results()
              .mapToInt(word -> numbers.computeIfAbsent(word.group(), w -> numbers.size()))
              .toArray();
      HashSet<Integer> seen = new HashSet<>();
      for (int word : words) {
        if (seen.add(word)) {
          texts.merge(word, 1, Integer::sum);
        }
      }
      for (int from = 0; from + WORDS <= words.length; from += STEP) {
        boolean asks = (rows.size() + queries.size()) % ROWS_PER_QUERY == 0;
        (asks ? queries : rows).add(Arrays.copyOfRange(words, from, from + WORDS));
      }
    }
    weights = new float[numbers.size()];
    for (int word = 0; word < weights.length; word++) {
      weights[word] = (float) Math.log((double) count / texts.get(word));
    }
  }

  private static String read() {
    try {
      return Files.readString(TEXTS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int count() {
    return rows.size();
  }

  /** The rows as a type has them. */
  DenseRows rows(DataType type, int dimension, Arena arena) {
    List<MemorySegment> vectors = vectors(rows, type, dimension);
    int rowBytes = type.rowBytes(dimension);
    MemorySegment data = arena.allocate((long) rowBytes * vectors.size(), 64);
    for (int row = 0; row < vectors.size(); row++) {
      MemorySegment.copy(vectors.get(row), 0, data, (long) row * rowBytes, rowBytes);
    }
    return DenseRows.of(type, dimension, vectors.size(), data);
  }

  List<MemorySegment> queries(DataType type, int dimension) {
    return vectors(queries, type, dimension);
  }

  private List<MemorySegment> vectors(List<int[]> passages, DataType type, int dimension) {
    Random random = new Random(SEED);
    float[][] directions = new float[weights.length][dimension];
    for (float[] direction : directions) {
      for (int i = 0; i < dimension; i++) {
        direction[i] = (float) random.nextGaussian();
      }
    }
    return passages.stream().map(words -> vector(words, directions, type, dimension)).toList();
  }

  /** Elements are about 1; bits are their signs. */
  private MemorySegment vector(int[] words, float[][] directions, DataType type, int dimension) {
    float[] sum = new float[dimension];
    for (int word : words) {
      for (int i = 0; i < dimension; i++) {
        sum[i] += weights[word] * directions[word][i] / 16;
      }
    }
    MemorySegment row = MemorySegment.ofArray(new byte[type.rowBytes(dimension)]);
    switch (type) {
      case INT8_VECTOR -> {
        for (int i = 0; i < dimension; i++) {
          int value = Math.clamp(Math.round(40 * sum[i]), -128, 127);
          row.set(ValueLayout.JAVA_BYTE, i, (byte) value);
        }
      }
      case BINARY_VECTOR -> {
        for (int i = 0; i < dimension; i++) {
          int bit = sum[i] > 0 ? 1 << i % 8 : 0;
          int octet = row.get(ValueLayout.JAVA_BYTE, i / 8) | bit;
          row.set(ValueLayout.JAVA_BYTE, i / 8, (byte) octet);
        }
      }
      default -> Elements.encode(Shapes.elements(type), sum, row, 0);
    }
    return row;
  }

  /** The rows as words and how often each is there, weighted. */
  public SparseRows sparseRows(Arena arena) {
    List<MemorySegment> pairs = rows.stream().map(this::sparse).toList();
    MemorySegment offsets = arena.allocate(4L * pairs.size() + 4, 4);
    long bytes = pairs.stream().mapToLong(MemorySegment::byteSize).sum();
    MemorySegment data = arena.allocate(bytes, 4);
    int at = 0;
    for (int row = 0; row < pairs.size(); row++) {
      MemorySegment.copy(pairs.get(row), 0, data, at, pairs.get(row).byteSize());
      at += (int) pairs.get(row).byteSize();
      offsets.setAtIndex(ValueLayout.JAVA_INT, row + 1L, at);
    }
    return new SparseRows(pairs.size(), offsets, data, Bits.all(pairs.size()));
  }

  public List<MemorySegment> sparseQueries() {
    return queries.stream().map(this::sparse).toList();
  }

  private MemorySegment sparse(int[] words) {
    TreeMap<Integer, Float> pairs = new TreeMap<>();
    for (int word : words) {
      if (weights[word] > 0) {
        pairs.merge(word, weights[word], Float::sum);
      }
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[SparseRows.PAIR_BYTES * pairs.size()]);
    long at = 0;
    for (var pair : pairs.entrySet()) {
      bytes.set(ValueLayout.JAVA_INT_UNALIGNED, at, pair.getKey());
      bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4, pair.getValue());
      at += SparseRows.PAIR_BYTES;
    }
    return bytes;
  }
}
