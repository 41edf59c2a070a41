package io.elanus.index.vector.lists;

import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The lists of an inverted file: the slots of list i are those from {@code starts[i]} up to {@code
 * starts[i + 1]}.
 *
 * @param kernel compares queries with centres
 * @param centres [lists] rows of the kernel
 * @param starts [lists + 1]
 */
record InvertedLists(Kernel kernel, MemorySegment centres, int[] starts) {
  /** Reads and verifies CENTROIDS and LIST_STARTS. */
  static InvertedLists of(IndexFile file, int slots, Kernel kernel) {
    MemorySegment section = file.section(IndexFileFormat.Section.LIST_STARTS);
    int[] starts = new int[(int) (section.byteSize() / 4)];
    MemorySegment.copy(section, IndexFileFormat.INT, 0, starts, 0, starts.length);
    file.check(starts.length > 0 && starts[0] == 0, "starts of lists");
    for (int i = 1; i < starts.length; i++) {
      file.check(starts[i] >= starts[i - 1], "starts of lists");
    }
    file.check(starts[starts.length - 1] == slots, "starts of lists");
    long bytes = (starts.length - 1L) * kernel.rowBytes();
    return new InvertedLists(
        kernel, file.section(IndexFileFormat.Section.CENTROIDS, bytes), starts);
  }

  int count() {
    return starts.length - 1;
  }

  /** [lists] squared lengths of centres of float32. */
  float[] norms(int dimension) {
    float[] norms = new float[count()];
    for (int list = 0; list < norms.length; list++) {
      double squared = 0;
      long at = (long) list * kernel.rowBytes();
      for (int j = 0; j < dimension; j++) {
        float value = centres.get(IndexFileFormat.FLOAT, at + 4L * j);
        squared += (double) value * value;
      }
      norms[list] = (float) squared;
    }
    return norms;
  }

  /** The list that a slot is in. */
  int listOf(int slot) {
    int low = 0;
    int high = count() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= slot) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** All lists, to be visited from the nearest centre on. */
  NearestLists nearest(MemorySegment row, Scratch scratch) {
    MemorySegment prepared = scratch.query(kernel.queryBytes());
    kernel.prepare(row, prepared);
    float[] distances = new float[count()];
    long stride = kernel.rowBytes();
    for (int from = 0; from < distances.length; from += Scratch.BLOCK) {
      int some = Math.min(Scratch.BLOCK, distances.length - from);
      kernel.distances(
          prepared, centres, from * stride, stride, Scratch.ASCENDING, some, scratch.distances);
      System.arraycopy(scratch.distances, 0, distances, from, some);
    }
    return new NearestLists(distances);
  }

  /** A heap with the nearest list at its root: a search takes few of many. */
  static final class NearestLists {
    private final float[] distances;
    private final long[] heap;
    private int size;

    NearestLists(float[] distances) {
      this.distances = distances;
      this.size = distances.length;
      this.heap = new long[size];
      Arrays.setAll(heap, list -> Ranked.of(distances[list], list));
      for (int i = size / 2 - 1; i >= 0; i--) {
        siftDown(i, heap[i]);
      }
    }

    /** [lists] the distance of each centre. */
    float[] distances() {
      return distances;
    }

    boolean hasNext() {
      return size > 0;
    }

    int next() {
      int nearest = Ranked.row(heap[0]);
      long last = heap[--size];
      if (size > 0) {
        siftDown(0, last);
      }
      return nearest;
    }

    private void siftDown(int from, long ranked) {
      int hole = from;
      for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
        if (child + 1 < size && heap[child + 1] < heap[child]) {
          child++;
        }
        if (heap[child] >= ranked) {
          break;
        }
        heap[hole] = heap[child];
        hole = child;
      }
      heap[hole] = ranked;
    }
  }
}
