package io.elanus.index.vector.lists;

import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an inverted file of codes judges its candidates on: rows as the column has them (FLAT,
 * FP32), float32 rows rounded to 16 bits (FP16, BF16), or codes (SQ8, SQ6, and of {@code
 * rbq_bits}).
 *
 * <p>Sections: VECTORS, [slots] padded rows of the column's type, or of 16-bit floats where {@code
 * refine_type} says so and the column is float32; or REFINE_ROWS and REFINE_RANGES as {@link
 * ByteLists} has them.
 *
 * @param column the type of a query
 * @param table full rows, or null
 * @param codes codes in their place
 */
record RefineRows(
    ElementType column, Metric metric, @Nullable RowTable table, @Nullable ByteLists codes) {
  /** What a build was asked to refine with. */
  public enum Kind {
    CODES,
    FLOAT16,
    BFLOAT16,
    COLUMN;

    /**
     * SCANN keeps rows unless told otherwise, the others keep them when told so. More than one bit
     * of IVF_RABITQ is codes beside the signs.
     */
    public static Optional<Kind> of(IndexSpec spec) {
      if (spec.type() == IndexType.SCANN) {
        return is(spec, "with_raw_data", "true") ? Optional.of(COLUMN) : Optional.empty();
      }
      if (!is(spec, "refine", "false")) {
        boolean finer = spec.type() == IndexType.IVF_RABITQ && spec.integer("rbq_bits", 1) > 1;
        return finer ? Optional.of(CODES) : Optional.empty();
      }
      String type = spec.params().getOrDefault("refine_type", "FLAT");
      return Optional.of(
          switch (type.toUpperCase(Locale.ROOT)) {
            case "SQ6", "SQ8" -> CODES;
            case "FP16" -> FLOAT16;
            case "BF16" -> BFLOAT16;
            default -> COLUMN;
          });
    }

    private static boolean is(IndexSpec spec, String name, String otherwise) {
      return Boolean.parseBoolean(spec.params().getOrDefault(name, otherwise));
    }
  }

  /** Of a code: as {@code refine_type} says, or else no fewer than {@code rbq_bits}. */
  public static int bits(IndexSpec spec) {
    if (Kind.is(spec, "refine", "false")) {
      return ByteLists.bits(spec.params().getOrDefault("refine_type", "SQ8"));
    }
    int asked = spec.integer("rbq_bits", 8);
    return asked <= 3 ? 4 : asked <= 6 ? 6 : 8;
  }

  /** Bytes of a slot. */
  static long bytes(IndexSpec spec, RowBytes row) {
    Kind kind = Kind.of(spec).orElse(null);
    if (kind == null) {
      return 0;
    }
    return switch (kind) {
      case CODES -> row.packed(bits(spec));
      case FLOAT16, BFLOAT16 ->
          row.type() == ElementType.FLOAT32
              ? ElementType.FLOAT16.paddedBytes(row.dimension())
              : row.stored();
      case COLUMN -> row.stored();
    };
  }

  static @Nullable RefineRows of(IndexFile file, int slots) {
    Optional<Kind> kind = Kind.of(file.spec());
    if (kind.isEmpty()) {
      return null;
    }
    Metric metric = file.spec().metric();
    if (kind.get() == Kind.CODES) {
      ByteLists codes =
          ByteLists.of(
              file,
              slots,
              bits(file.spec()),
              IndexFileFormat.Section.REFINE_ROWS,
              IndexFileFormat.Section.REFINE_RANGES);
      return new RefineRows(Shapes.elements(file.type()), metric, null, codes);
    }
    ElementType type = type(file.type(), kind.get());
    MemorySegment vectors =
        file.section(
            IndexFileFormat.Section.VECTORS, (long) slots * type.paddedBytes(file.dimension()));
    return new RefineRows(
        Shapes.elements(file.type()),
        metric,
        RowTable.over(type, metric, file.dimension(), slots, vectors),
        null);
  }

  private static ElementType type(DataType column, Kind kind) {
    if (column != DataType.FLOAT_VECTOR) {
      return Shapes.elements(column);
    }
    return switch (kind) {
      case FLOAT16 -> ElementType.FLOAT16;
      case BFLOAT16 -> ElementType.BFLOAT16;
      case COLUMN, CODES -> ElementType.FLOAT32;
    };
  }

  /**
   * Adds what refines.
   *
   * @param stored rows of the column's type
   * @param floats the same as float32
   * @param order which of them each slot holds
   */
  static void add(
      IndexSpec spec,
      RowTable stored,
      RowTable floats,
      int[] order,
      Workers workers,
      Arena arena,
      Map<IndexFileFormat.Section, MemorySegment> sections) {
    Optional<Kind> kind = Kind.of(spec);
    if (kind.isEmpty()) {
      return;
    }
    if (kind.get() == Kind.CODES) {
      ByteLists.add(
          floats,
          order,
          bits(spec),
          workers,
          arena,
          sections,
          IndexFileFormat.Section.REFINE_ROWS,
          IndexFileFormat.Section.REFINE_RANGES);
      return;
    }
    ElementType type =
        stored.type() == ElementType.FLOAT32
            ? type(DataType.FLOAT_VECTOR, kind.get())
            : stored.type();
    int stride = type.paddedBytes(stored.dimension());
    MemorySegment rows = workers.context().allocate(arena, (long) order.length * stride);
    workers.run(
        order.length,
        (worker, slot) -> {
          long at = (long) slot * stride;
          if (type == stored.type()) {
            MemorySegment.copy(stored.data(), (long) order[slot] * stride, rows, at, stride);
          } else {
            Elements.encode(type, stored.values(order[slot]), rows, at);
          }
        });
    sections.put(IndexFileFormat.Section.VECTORS, rows);
  }

  Distance distance() {
    return table == null ? Shapes.walkedDistance(metric) : table.distance();
  }

  /**
   * Makes ready for one query.
   *
   * @param query in the type of the column
   * @param values the same numbers, of length 1 under COSINE
   */
  ListCodes.Judge judge(MemorySegment query, float[] values, Scratch scratch) {
    if (codes != null) {
      return codes.judge(values, scratch);
    }
    RowTable rows = Objects.requireNonNull(table);
    Space space = Space.forAnswers(rows);
    MemorySegment prepared = scratch.second(space.kernel().queryBytes());
    space.kernel().prepare(row(query, values, rows), prepared);
    return (slots, count, distances) -> space.distances(prepared, slots, count, distances);
  }

  private MemorySegment row(MemorySegment query, float[] values, RowTable rows) {
    if (rows.type() == ElementType.FLOAT32) {
      return MemorySegment.ofArray(values);
    }
    MemorySegment row = MemorySegment.ofArray(new byte[rows.type().rowBytes(values.length)]);
    if (rows.type() == column) {
      return row.copyFrom(query.asSlice(0, row.byteSize()));
    }
    Elements.encode(rows.type(), values, row, 0);
    return row;
  }
}
