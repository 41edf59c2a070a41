package io.elanus.index.vector.file;

import io.elanus.index.IndexSpec;
import io.elanus.index.VectorIndex;

/** An index that is searched in its file, which lies in the memory of whoever opened it. */
public interface MappedIndex extends VectorIndex {
  IndexFile file();

  @Override
  default IndexSpec spec() {
    return file().spec();
  }

  @Override
  default int count() {
    return file().count();
  }

  @Override
  default long mappedBytes() {
    return file().bytes();
  }
}
