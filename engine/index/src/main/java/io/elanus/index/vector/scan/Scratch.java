package io.elanus.index.vector.scan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one thread needs during a search, kept from search to search so that nothing is allocated
 * per candidate. Searches run on few platform threads and do not nest.
 */
public final class Scratch {
  /** Rows that one kernel call visits at most. */
  public static final int BLOCK = 256;

  private static final ThreadLocal<Scratch> LOCAL = ThreadLocal.withInitial(Scratch::new);

  /** 0, 1, 2 …: the ordinals of a block of rows that lie one after the other. Never written. */
  public static final int[] ASCENDING = IntStream.range(0, BLOCK).toArray();

  public final int[] ordinals = new int[BLOCK];

  /** Those of the ordinals that passed a test. */
  public final int[] chosen = new int[BLOCK];

  /** How many of those judged lie nearer than the range begins. */
  public int tooNear;

  /** How many of the ordinals are set. */
  public int collected;

  public final float[] distances = new float[BLOCK];

  /** Bits of those of a block that passed a test. */
  public final long[] within = new long[BLOCK / Long.SIZE];

  /** Bits of those of a block that a filter keeps. */
  public final long[] eligible = new long[BLOCK / Long.SIZE];

  /** What is to be judged again. */
  public final Reservoir candidates = new Reservoir();

  public final TopK nearest = new TopK();
  private final List<TopK> nearestOfMany = new ArrayList<>(List.of(nearest));
  private long[] slots = new long[0];
  private final QueryMemory query = new QueryMemory();
  private final QueryMemory second = new QueryMemory();
  private final QueryMemory codedQuery = new QueryMemory();
  private MemorySegment block = MemorySegment.NULL;

  private Scratch() {}

  public static Scratch local() {
    return LOCAL.get();
  }

  /** What the i-th of several queries found; the first is {@link #nearest}. */
  public TopK nearest(int i) {
    while (nearestOfMany.size() <= i) {
      nearestOfMany.add(new TopK());
    }
    return nearestOfMany.get(i);
  }

  /** Sets the bits of those of the first distances that are not farther than one, or NaN. */
  public void compare(int count, float far) {
    for (int from = 0; from < count; from += Long.SIZE) {
      long bits = 0;
      for (int i = Math.min(count, from + Long.SIZE) - 1; i >= from; i--) {
        bits = 2 * bits + (distances[i] > far ? 0 : 1);
      }
      within[from / Long.SIZE] = bits;
    }
  }

  /** Room for a bit of each slot, zero. */
  public long[] slots(int count) {
    int words = (count + Long.SIZE - 1) / Long.SIZE;
    if (slots.length < words) {
      slots = new long[words];
    } else {
      Arrays.fill(slots, 0, words, 0);
    }
    return slots;
  }

  /** Memory for a prepared query, aligned for kernels. */
  public MemorySegment query(int bytes) {
    return query.atLeast(bytes);
  }

  /** Memory for a second one, in use beside the first. */
  public MemorySegment second(int bytes) {
    return second.atLeast(bytes);
  }

  /** As {@link #query}, for the same queries in a second form. */
  public MemorySegment codedQuery(int bytes) {
    return codedQuery.atLeast(bytes);
  }

  /** Memory for a block of rows, zero wherever nobody wrote since it was last asked for. */
  public MemorySegment zeroedBlock(long bytes) {
    if (block.byteSize() < bytes) {
      block = Arena.ofAuto().allocate(bytes, 64);
      return block;
    }
    MemorySegment part = block.asSlice(0, bytes);
    part.fill((byte) 0);
    return part;
  }
}
