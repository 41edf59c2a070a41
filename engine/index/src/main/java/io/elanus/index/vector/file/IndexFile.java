package io.elanus.index.vector.file;

import static io.elanus.index.vector.file.IndexFileFormat.INT;
import static io.elanus.index.vector.file.IndexFileFormat.LONG;

import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A mapped index file whose checksums were verified. Layout: {@link IndexFileFormat}.
 *
 * @param dimension 0 for sparse rows
 * @param count rows of the column
 * @param checksum of the header, which holds those of the sections
 */
public record IndexFile(
    Path path,
    IndexFileFormat.Structure structure,
    IndexSpec spec,
    DataType type,
    int dimension,
    int count,
    long bytes,
    int checksum,
    Map<IndexFileFormat.Section, MemorySegment> sections) {
  /** More than any column has; bytes of a row are counted in int32. */
  private static final int MOST_DIMENSION = 1 << 20;

  /** Maps a file into the arena and verifies it. */
  public static IndexFile open(Path path, Arena arena) {
    MemorySegment file;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new ElanusException(ErrorCode.IO_FAILED, "cannot map vector index file", e)
          .with("file", path);
    }
    try {
      return parse(path, file);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "vector index file is damaged", e)
          .with("file", path);
    }
  }

  /** A section that the structure cannot do without, of a known length. */
  public MemorySegment section(IndexFileFormat.Section section, long byteSize) {
    MemorySegment bytes = section(section);
    check(bytes.byteSize() == byteSize, section + " has " + bytes.byteSize() + " bytes");
    return bytes;
  }

  public MemorySegment section(IndexFileFormat.Section section) {
    MemorySegment bytes = sections.get(section);
    if (bytes == null) {
      throw IndexFileFormat.damaged(path, section + " is missing");
    }
    return bytes;
  }

  public boolean has(IndexFileFormat.Section section) {
    return sections.containsKey(section);
  }

  /** Refuses the file unless what its structure needs holds. */
  public void check(boolean holds, String otherwise) {
    if (!holds) {
      throw IndexFileFormat.damaged(path, otherwise);
    }
  }

  private static IndexFile parse(Path path, MemorySegment file) {
    if (file.byteSize() < IndexFileFormat.HEADER_BYTES
        || file.get(LONG, 0) != IndexFileFormat.MAGIC
        || file.get(INT, 8) != IndexFileFormat.VERSION) {
      throw IndexFileFormat.damaged(path, "no vector index of a known version");
    }
    int sectionCount = file.get(INT, 24);
    int parameterBytes = file.get(INT, 28);
    long tableEnd =
        IndexFileFormat.HEADER_BYTES + (long) sectionCount * IndexFileFormat.TABLE_ENTRY_BYTES;
    MemorySegment checked = file.asSlice(16, tableEnd + parameterBytes - 16);
    if (file.get(INT, 12) != IndexFileFormat.checksum(checked)) {
      throw IndexFileFormat.damaged(path, "checksum of the header");
    }
    if (file.get(LONG, 16) != file.byteSize()) {
      throw IndexFileFormat.damaged(path, "length");
    }
    IndexFile parsed =
        new IndexFile(
            path,
            structure(path, file.get(INT, 32)),
            spec(file.asSlice(tableEnd, parameterBytes)),
            type(path, file.get(INT, 36)),
            file.get(INT, 40),
            file.get(INT, 44),
            file.byteSize(),
            file.get(INT, 12),
            sections(path, file, sectionCount));
    int least = parsed.type == DataType.SPARSE_FLOAT_VECTOR ? 0 : 1;
    parsed.check(parsed.dimension >= least && parsed.dimension <= MOST_DIMENSION, "dimension");
    parsed.check(parsed.count >= 0, "count of rows");
    return parsed;
  }

  private static IndexFileFormat.Structure structure(Path path, int tag) {
    return IndexFileFormat.Structure.of(tag)
        .orElseThrow(() -> IndexFileFormat.damaged(path, "structure " + tag));
  }

  private static DataType type(Path path, int number) {
    try {
      return DataType.ofWireNumber(number);
    } catch (ElanusException unknown) {
      throw IndexFileFormat.damaged(path, "type of data " + number);
    }
  }

  private static Map<IndexFileFormat.Section, MemorySegment> sections(
      Path path, MemorySegment file, int count) {
    IndexFileFormat.Section[] known = IndexFileFormat.Section.values();
    if (count > known.length) {
      throw IndexFileFormat.damaged(path, "number of sections");
    }
    Map<IndexFileFormat.Section, MemorySegment> sections =
        new EnumMap<>(IndexFileFormat.Section.class);
    for (int i = 0; i < count; i++) {
      long entry = IndexFileFormat.HEADER_BYTES + (long) i * IndexFileFormat.TABLE_ENTRY_BYTES;
      IndexFileFormat.Section section = known[file.get(INT, entry)];
      MemorySegment bytes = file.asSlice(file.get(LONG, entry + 8), file.get(LONG, entry + 16));
      if (IndexFileFormat.checksum(bytes) != file.get(INT, entry + 4)) {
        throw IndexFileFormat.damaged(path, "checksum of " + section);
      }
      sections.put(section, bytes);
    }
    return sections;
  }

  private static IndexSpec spec(MemorySegment parameters) {
    List<String> texts = new ArrayList<>();
    for (long at = 0; at < parameters.byteSize(); ) {
      int length = parameters.get(INT, at);
      byte[] bytes = parameters.asSlice(at + 4, length).toArray(ValueLayout.JAVA_BYTE);
      texts.add(new String(bytes, StandardCharsets.UTF_8));
      at += 4 + length;
    }
    Map<String, String> params = new HashMap<>();
    for (int i = 2; i + 1 < texts.size(); i += 2) {
      params.put(texts.get(i), texts.get(i + 1));
    }
    return new IndexSpec(IndexType.valueOf(texts.get(0)), Metric.valueOf(texts.get(1)), params);
  }
}
