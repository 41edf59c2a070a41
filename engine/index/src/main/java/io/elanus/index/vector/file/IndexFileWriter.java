package io.elanus.index.vector.file;

import static io.elanus.index.vector.file.IndexFileFormat.INT;
import static io.elanus.index.vector.file.IndexFileFormat.LONG;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Writes an index file beside its target and moves it there once it is complete and synced. */
public record IndexFileWriter(
    IndexFileFormat.Structure structure, IndexSpec spec, DataType type, int dimension, int count) {
  /** Bytes that are written between two looks at whether to stop. */
  private static final long PIECE_BYTES = 8 << 20;

  /** The file as it is going to be, in memory. */
  public IndexFile unwritten(Path target, Map<IndexFileFormat.Section, MemorySegment> sections) {
    return new IndexFile(
        target, structure, spec, type, dimension, count, 0, 0, Map.copyOf(sections));
  }

  /**
   * Writes the sections in the order of their tags; CANCELLED where the thread is interrupted or
   * the build is to stop. Where it fails, neither the file nor a part of it is left.
   */
  public void write(
      Path target, Map<IndexFileFormat.Section, MemorySegment> sections, BuildContext context) {
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    Path written = unfinished;
    boolean complete = false;
    try {
      writeUnfinished(unfinished, sections, context);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      written = target;
      syncFolder(Objects.requireNonNull(target.toAbsolutePath().getParent()));
      complete = true;
    } catch (ClosedByInterruptException e) {
      throw new ElanusException(ErrorCode.CANCELLED, "index build was interrupted", e)
          .with("file", target);
    } catch (UncheckedIOException e) {
      throw failed(target, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw failed(target, e);
    } finally {
      if (!complete) {
        deleteQuietly(written);
      }
    }
  }

  /** Writes and syncs the file under its first name. */
  private void writeUnfinished(
      Path unfinished, Map<IndexFileFormat.Section, MemorySegment> sections, BuildContext context)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    boolean complete = false;
    try {
      writeAll(channel, sections, context);
      complete = true;
    } finally {
      if (!complete) {
        channel.close();
      }
    }
    context.watch(() -> sync(channel));
  }

  /** Closes it as well: a build that does not wait any longer leaves it open. */
  private static FileChannel sync(FileChannel channel) {
    try (channel) {
      channel.force(true);
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ElanusException failed(Path target, IOException e) {
    return new ElanusException(ErrorCode.IO_FAILED, "cannot write vector index file", e)
        .with("file", target);
  }

  private void writeAll(
      FileChannel channel,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      BuildContext context)
      throws IOException {
    EnumMap<IndexFileFormat.Section, MemorySegment> ordered =
        new EnumMap<>(IndexFileFormat.Section.class);
    ordered.putAll(sections);
    byte[] parameters = parameters();
    int headerBytes =
        IndexFileFormat.HEADER_BYTES
            + sections.size() * IndexFileFormat.TABLE_ENTRY_BYTES
            + parameters.length;
    MemorySegment header = MemorySegment.ofArray(new byte[headerBytes]);
    long at = IndexFileFormat.aligned(headerBytes);
    long entry = IndexFileFormat.HEADER_BYTES;
    for (var section : ordered.entrySet()) {
      MemorySegment bytes = section.getValue();
      at = IndexFileFormat.start(section.getKey(), at);
      header.set(INT, entry, section.getKey().ordinal());
      header.set(LONG, entry + 8, at);
      header.set(LONG, entry + 16, bytes.byteSize());
      header.set(INT, entry + 4, writeFully(channel, bytes, at, context));
      entry += IndexFileFormat.TABLE_ENTRY_BYTES;
      at = IndexFileFormat.aligned(at + bytes.byteSize());
    }
    MemorySegment.copy(MemorySegment.ofArray(parameters), 0, header, entry, parameters.length);
    header.set(LONG, 0, IndexFileFormat.MAGIC);
    header.set(INT, 8, IndexFileFormat.VERSION);
    header.set(LONG, 16, at);
    header.set(INT, 24, sections.size());
    header.set(INT, 28, parameters.length);
    header.set(INT, 32, structure.tag);
    header.set(INT, 36, type.wireNumber());
    header.set(INT, 40, dimension);
    header.set(INT, 44, count);
    header.set(INT, 12, IndexFileFormat.checksum(header.asSlice(16)));
    writeFully(channel, header, 0, context);
    extendTo(channel, at);
  }

  /** Zeros up to the aligned end of the last section. */
  private static void extendTo(FileChannel channel, long length) throws IOException {
    if (channel.size() < length) {
      channel.write(ByteBuffer.allocate(1), length - 1);
    }
  }

  /** Writes bytes in pieces and returns their checksum. */
  private static int writeFully(
      FileChannel channel, MemorySegment bytes, long at, BuildContext context) throws IOException {
    CRC32C checksum = new CRC32C();
    for (long from = 0; from < bytes.byteSize(); from += PIECE_BYTES) {
      context.stopIfCancelled();
      MemorySegment piece = bytes.asSlice(from, Math.min(PIECE_BYTES, bytes.byteSize() - from));
      checksum.update(piece.asByteBuffer());
      ByteBuffer buffer = piece.asByteBuffer();
      while (buffer.hasRemaining()) {
        channel.write(buffer, at + from + buffer.position());
      }
    }
    return (int) checksum.getValue();
  }

  private byte[] parameters() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text(out, spec.type().name());
    text(out, spec.metric().name());
    new TreeMap<>(spec.params())
        .forEach((name, value) -> {
          text(out, name);
          text(out, value);
        });
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // the first failure is the one to report
    }
  }
}
