package io.elanus.index.vector.file;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The layout of a vector index file, little-endian:
 *
 * <pre>
 * offset  bytes
 *      0      8  magic "ELNVIDX" and a zero byte
 *      8      4  format version, 1
 *     12      4  CRC32C of bytes 16 to the end of the parameters
 *     16      8  length of the file
 *     24      4  number of sections, s
 *     28      4  length of the parameters, p
 *     32      4  index type, a tag of {@link Structure}
 *     36      4  data type, Milvus' number
 *     40      4  dimension (0 for sparse rows)
 *     44      4  rows of the column
 *     48     16  zero
 *     64   32·s  for each section: tag (4), CRC32C of its bytes (4), offset (8), length (8), zero (8)
 *              p  parameters: for each text its length (4) and its UTF-8 bytes; index_type and metric_type as asked for come
 *                 first, then names and values in ascending order of names
 *                 sections, each at a multiple of 64, zeros between them
 * </pre>
 *
 * <p>Sections hold no pointers and are used in place when the file is mapped. What is in them is
 * said by the structure that writes them.
 */
public final class IndexFileFormat {
  static final long MAGIC = 0x00584449564E4C45L;
  static final int VERSION = 1;
  static final int HEADER_BYTES = 64;
  static final int TABLE_ENTRY_BYTES = 32;
  static final int ALIGNMENT_BYTES = 64;
  private static final int NODES_ALIGNMENT_BYTES = 4096;

  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  public static final ValueLayout.OfChar CHAR =
      ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * What an index file holds. Tags are part of the format; 3 and 8 are not to be given again, and
   * refused as any other that is not here.
   */
  public enum Structure {
    FLAT(0),
    INVERTED_LISTS(1),
    GRAPH(2),
    SPARSE_BLOCKS(4),
    CODED_LISTS(5),
    DISK_GRAPH(6),
    SIGNATURE_BANDS(7),
    FOREST(9);

    final int tag;

    Structure(int tag) {
      this.tag = tag;
    }

    static Optional<Structure> of(int tag) {
      return Arrays.stream(values()).filter(structure -> structure.tag == tag).findFirst();
    }
  }

  /** A part of the file; the order is part of the format. */
  public enum Section {
    /** Padded rows. */
    VECTORS,
    /** [rows of VECTORS] int32: the column's row of each. */
    ROWS,
    /** Codes of rows, padded 7-bit ones in a graph. */
    CODES,
    /** [dimension] low, then [dimension] step, float32. */
    CODE_RANGES,
    /** Links of a graph. */
    LINKS,
    /** Figures of a structure, int32. */
    FIGURES,
    /** Centres of inverted lists, padded float32. */
    CENTROIDS,
    /** [lists + 1] int32: where each list begins. */
    LIST_STARTS,
    /** [dimensions] uint32, ascending. */
    SPARSE_DIMENSIONS,
    /** float32 values of postings. */
    SPARSE_VALUES,
    /** [blocks of postings] × 16 bytes: where each is, and its bounds. */
    SPARSE_BLOCKS,
    /** Rows of postings, block by block. */
    SPARSE_ROWS,
    /** float32 entries of the codebooks of product codes. */
    CODEBOOKS,
    /** Signs of a random rotation. */
    ROTATION,
    /** [efforts] of effort int32, recall of 10 float32, recall of 100 float32. */
    RECALL,
    /** Rows by which candidates are judged again. */
    REFINE_ROWS,
    /** Ranges of REFINE_ROWS, as in CODE_RANGES. */
    REFINE_RANGES,
    /** float32 figures of how far rows are from their codes. */
    CODE_BOUNDS,
    /** Not written; it keeps the places of those after it. A flat file that has it is scanned. */
    CODE_EXCEPTIONS,
    /** [slots] of a row and its links, from a multiple of 4096 on. */
    NODES,
    /** int64: hash of a band of a signature in the upper half, row in the lower. */
    BAND_HASHES,
    /** [nodes] × 16 bytes: forks and leaves of trees. */
    TREE_NODES,
    /** [trees × slots] int32: slots in the order of leaves. */
    TREE_SLOTS,
    /** Padded float32 rows that forks part others by. */
    TREE_PLANES,
    /** Signs of rows from a centre, turned. */
    SIGNS,
    /** [dimension] float32: what SIGNS are told from. */
    SIGN_CENTRE,
    /** 4-bit codes of rows in blocks of 64. */
    NIBBLES,
    /** float32: the length of the longest row. */
    LONGEST,
    /** int32 slots of rows that codes clip. */
    LONG_ROWS
  }

  private IndexFileFormat() {}

  /** Little-endian int32 memory for a section. */
  public static MemorySegment ints(int[] values, Arena arena) {
    MemorySegment bytes = arena.allocate(Math.max(4, 4L * values.length), 64);
    MemorySegment.copy(values, 0, bytes, INT, 0, values.length);
    return bytes.asSlice(0, 4L * values.length);
  }

  /** Where a section that may begin at an offset does begin. */
  static long start(Section section, long offset) {
    return section == Section.NODES
        ? (offset + NODES_ALIGNMENT_BYTES - 1) & -NODES_ALIGNMENT_BYTES
        : aligned(offset);
  }

  static long aligned(long offset) {
    return (offset + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }

  static int checksum(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    long piece = 1 << 30;
    for (long from = 0; from < bytes.byteSize(); from += piece) {
      crc.update(bytes.asSlice(from, Math.min(piece, bytes.byteSize() - from)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  public static ElanusException damaged(Path file, String what) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "vector index file is damaged")
        .with("file", file)
        .with("reason", what);
  }
}
