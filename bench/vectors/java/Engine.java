package io.elanus.bench;

import java.io.IOException;

/** One index of one library: built into a folder by one thread, then opened and searched. */
interface Engine {
  void build() throws IOException;

  void open() throws IOException;

  /** How hard the searches that follow try. */
  void effort(double value);

  /** Row numbers, best first. */
  int[] search(int query) throws IOException;

  /** How many queries a search answers at the present effort. */
  default int together() {
    return 1;
  }

  /** Row numbers for each of the queries from {@code first} up to {@code last}. */
  default int[][] search(int first, int last) throws IOException {
    int[][] found = new int[last - first][];
    for (int i = 0; i < found.length; i++) {
      found[i] = search(first + i);
    }
    return found;
  }

  /** A filter made ready outside of what is timed; word w holds rows 64 w to 64 w + 63. */
  default Object allow(long[] words) {
    throw new UnsupportedOperationException("this library does not filter");
  }

  default int[] search(int query, Object allowed) throws IOException {
    throw new UnsupportedOperationException("this library does not filter");
  }
}
