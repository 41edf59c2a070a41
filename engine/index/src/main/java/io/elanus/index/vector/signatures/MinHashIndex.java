package io.elanus.index.vector.signatures;

import static io.elanus.index.vector.file.IndexFileFormat.BYTE;
import static io.elanus.index.vector.file.IndexFileFormat.INT;
import static io.elanus.index.vector.file.IndexFileFormat.LONG;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.rows.PiecewiseSort;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.scan.RowScan;
import io.elanus.index.vector.scan.ScanQuery;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * MINHASH_LSH: rows whose signatures agree with the query's in a whole band (Leskovec, Rajaraman
 * and Ullman, Mining of Massive Datasets, 3.4), judged by all elements. A row that shares no band
 * is not found, so that fewer than k rows may come back.
 *
 * <p>Sections: VECTORS, [count] padded signatures in the order of the column, zero where there is
 * none; FIGURES, int32: bands, rows that have a signature; BAND_HASHES, [bands × rows] int64, those
 * of a band ascending: the hash of the band in the upper half, the row in the lower.
 */
public final class MinHashIndex implements MappedIndex {
  /** Rows that are hashed between two looks at whether to stop. */
  private static final int ROWS_PER_LOOK = 256;

  /** Share of the work that the bands are; the file is the rest. */
  private static final double BANDS_SHARE = 0.9;

  private final IndexFile file;
  private final RowScan scan;
  private final int bands;
  private final int bandBytes;
  private final int rows;
  private final MemorySegment hashes;

  private MinHashIndex(IndexFile file, RowScan scan, int bands, int rows, MemorySegment hashes) {
    this.file = file;
    this.scan = scan;
    this.bands = bands;
    this.bandBytes = bandBytes(file.spec(), file.dimension(), bands);
    this.rows = rows;
    this.hashes = hashes;
  }

  /** Whole elements; what is left at the end of a signature is in no band. */
  private static int bandBytes(IndexSpec spec, int dimension, int bands) {
    return dimension / spec.elementBits() / bands * (spec.elementBits() / 8);
  }

  public static void build(IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    int bands = spec.integer(IndexSpec.BANDS, 1);
    int present = Math.min(rows.present().cardinality(), rows.count());
    int bandBytes = bandBytes(spec, rows.dimension(), bands);
    try (Arena arena = Arena.ofShared()) {
      int[] all = IntStream.range(0, rows.count()).toArray();
      RowTable table = RowTable.copy(rows, spec.metric(), all, context, arena);
      MemorySegment hashes = context.allocate(arena, 8L * bands * present);
      for (int band = 0; band < bands; band++) {
        long[] entries = new long[present];
        int count = 0;
        for (int row = 0; row < all.length; row++) {
          context.look(row, ROWS_PER_LOOK);
          if (rows.present().get(row)) {
            entries[count++] = entry(hash(rows.row(row), band, bandBytes), row);
          }
        }
        PiecewiseSort.sort(entries, context);
        MemorySegment.copy(entries, 0, hashes, LONG, 8L * band * present, present);
        context.progress(BANDS_SHARE * (band + 1) / bands);
      }
      new IndexFileWriter(
              IndexFileFormat.Structure.SIGNATURE_BANDS,
              spec,
              rows.type(),
              rows.dimension(),
              rows.count())
          .write(
              target,
              Map.of(
                  IndexFileFormat.Section.VECTORS,
                  table.data(),
                  IndexFileFormat.Section.FIGURES,
                  IndexFileFormat.ints(new int[] {bands, present}, arena),
                  IndexFileFormat.Section.BAND_HASHES,
                  hashes),
              context);
      context.progress(1);
    }
  }

  /** What {@link #build} takes: a band of signatures at a time is sorted on the heap. */
  public static IndexMemory forecast(IndexSpec spec, DenseRows column) {
    long rows = column.count();
    long bands = spec.integer(IndexSpec.BANDS, 1);
    long file = rows * (RowBytes.of(spec, column).stored() + 8 * bands);
    return new IndexMemory(file, file + 20 * rows);
  }

  public static MinHashIndex open(IndexFile file) {
    int stride = ElementType.BINARY.paddedBytes(file.dimension());
    MemorySegment vectors =
        file.section(IndexFileFormat.Section.VECTORS, (long) file.count() * stride);
    MemorySegment figures = file.section(IndexFileFormat.Section.FIGURES, 8);
    int bands = figures.get(INT, 0);
    int rows = figures.get(INT, 4);
    file.check(bands > 0 && bands <= file.dimension(), "bands");
    file.check(rows >= 0 && rows <= file.count(), "bands");
    MemorySegment hashes = file.section(IndexFileFormat.Section.BAND_HASHES, 8L * bands * rows);
    for (long at = 0; at < hashes.byteSize(); at += 8) {
      long entry = hashes.get(LONG, at);
      file.check((int) entry >= 0 && (int) entry < file.count(), "row ordinals");
      file.check(at % (8L * rows) == 0 || hashes.get(LONG, at - 8) < entry, "order of the hashes");
    }
    Kernel kernel =
        Shapes.kernelForAnswers(
            file.spec(), ElementType.BINARY, Distance.MINHASH, file.dimension());
    RowScan scan =
        new RowScan(
            kernel,
            Distance.MINHASH,
            List.of(vectors),
            Math.max(1, file.count()),
            file.count(),
            stride,
            stride);
    return new MinHashIndex(file, scan, bands, rows, hashes);
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    Scratch scratch = Scratch.local();
    MemorySegment vector = query.vector().asSlice(0, ElementType.BINARY.rowBytes(file.dimension()));
    List<ScanQuery> asked =
        ScanQuery.of(List.of(query), scan.kernel(), scan.distance(), row -> vector, scratch);
    Candidates candidates = candidates(vector, query);
    if (candidates.marked() != null) {
      scan.scan(asked, candidates.marked(), candidates.marked(), scratch);
    } else {
      offer(asked.getFirst(), candidates.listed(), scratch);
    }
    return ScanQuery.answers(asked).getFirst();
  }

  private void offer(ScanQuery query, int[] rows, Scratch scratch) {
    for (int from = 0; from < rows.length; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, rows.length - from);
      System.arraycopy(rows, from, scratch.ordinals, 0, count);
      scan.offer(query, scratch.ordinals, count, scratch.distances);
    }
  }

  /** The eligible rows that share a band with the query. */
  private Candidates candidates(MemorySegment vector, VectorQuery query) {
    Candidates found = new Candidates(scan.count());
    for (int band = 0; band < bands; band++) {
      int hash = hash(vector, band, bandBytes);
      long first = (long) band * rows;
      for (long at = first + lowerBound(first, entry(hash, 0)); at < first + rows; at++) {
        long entry = hashes.get(LONG, 8 * at);
        if ((int) (entry >> 32) != hash) {
          break;
        }
        int row = Objects.checkIndex((int) entry, scan.count()); // the file may have changed
        if (query.eligible().get(row)) {
          found.add(row);
        }
      }
    }
    return found;
  }

  /** How many entries of the band that begins at an entry are less. */
  private int lowerBound(long first, long entry) {
    int low = 0;
    int high = rows;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (hashes.get(LONG, 8 * (first + middle)) < entry) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long entry(int hash, int row) {
    return (long) hash << 32 | row;
  }

  /** FNV-1a of a band's bytes, mixed. */
  private static int hash(MemorySegment signature, int band, int bandBytes) {
    long hash = 0xCBF29CE484222325L;
    for (long at = (long) band * bandBytes; at < (band + 1L) * bandBytes; at++) {
      hash = (hash ^ (signature.get(BYTE, at) & 0xff)) * 0x100000001B3L;
    }
    hash = (hash ^ hash >>> 32) * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 32);
  }
}
