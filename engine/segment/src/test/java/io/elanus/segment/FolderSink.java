package io.elanus.segment;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder as the place of a segment's files. */
record FolderSink(Path folder) implements FileSink, FileSource {
  FolderSink {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public OutputFile create(String name) {
    Path temporary = folder.resolve(name + ".tmp");
    try {
      OutputStream stream = Files.newOutputStream(temporary);
      return new OutputFile() {
        @Override
        public OutputStream stream() {
          return stream;
        }

        @Override
        public void commit() throws IOException {
          stream.close();
          Files.move(temporary, folder.resolve(name));
        }

        @Override
        public void close() {
          try {
            stream.close();
            Files.deleteIfExists(temporary);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path path(String name) {
    return folder.resolve(name);
  }
}
