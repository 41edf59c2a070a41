package io.elanus.index.vector;

import io.elanus.index.vector.file.IndexFileFormat.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Overwrites sections of index files in place, where mappings see it. */
final class SectionDamage {
  private SectionDamage() {}

  /** Where a section lies, in bytes. */
  private record Place(long offset, int length) {}

  private static Map<Section, Place> places(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    Map<Section, Place> places = new LinkedHashMap<>();
    for (int i = 0; i < bytes.getInt(24); i++) {
      int entry = DamagedIndexTest.HEADER_BYTES + i * DamagedIndexTest.ENTRY_BYTES;
      places.put(
          Section.values()[bytes.getInt(entry)],
          new Place(bytes.getLong(entry + 8), (int) bytes.getLong(entry + 16)));
    }
    return places;
  }

  /** The sections that are not empty, and their bytes. */
  static Map<Section, Integer> sections(Path file) throws IOException {
    Map<Section, Integer> sections = new LinkedHashMap<>();
    places(file)
        .forEach((section, place) -> {
          if (place.length > 0) {
            sections.put(section, place.length);
          }
        });
    return sections;
  }

  static int bytes(Path file, Section section) throws IOException {
    return sections(file).getOrDefault(section, 0);
  }

  static void overwrite(Path file, Section section, byte[] bytes) throws IOException {
    Place place = places(file).get(section);
    if (place == null || bytes.length > place.length) {
      throw new IllegalArgumentException(section + " has no room for " + bytes.length + " bytes");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), place.offset);
    }
  }
}
