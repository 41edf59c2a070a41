package io.elanus.proxy;

import io.elanus.roles.Reads;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Hits chosen from the answers of several shards, one query after the other: hit i is row {@code
 * row[i]} of piece {@code piece[i]}, with {@code scores[i]}.
 *
 * @param counts hits of each query
 */
record Winners(List<Reads.Hits> pieces, int[] counts, int[] piece, int[] row, float[] scores) {
  Winners {
    pieces = List.copyOf(pieces);
  }

  int size() {
    return piece.length;
  }

  Keys keys(boolean numbers) {
    if (numbers) {
      long[] keys = new long[size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = ((Keys.Longs) pieces.get(piece[i]).keys()).keys()[row[i]];
      }
      return Keys.of(keys);
    }
    List<String> keys = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      keys.add(((Keys.Texts) pieces.get(piece[i]).keys()).get(row[i]));
    }
    return Keys.of(keys);
  }

  Object key(int hit) {
    return pieces.get(piece[hit]).keys().get(row[hit]);
  }

  long considered() {
    return pieces.stream().mapToLong(Reads.Hits::considered).sum();
  }

  /** The first {@code skip} hits of each query left out, and those after {@code limit} more. */
  Winners window(int skip, int limit) {
    int[] kept = new int[counts.length];
    Builder builder = new Builder(pieces, size());
    int start = 0;
    for (int query = 0; query < counts.length; query++) {
      int from = Math.min(skip, counts[query]);
      int to = (int) Math.min(counts[query], (long) skip + limit);
      for (int i = start + from; i < start + to; i++) {
        builder.add(piece[i], row[i], scores[i]);
      }
      kept[query] = Math.max(0, to - from);
      start += counts[query];
    }
    return builder.build(kept);
  }

  /** With a count of none for each query that was not asked. */
  Winners spread(boolean[] present) {
    if (present.length == counts.length) {
      return this;
    }
    int[] spread = new int[present.length];
    int asked = 0;
    for (int query = 0; query < spread.length; query++) {
      spread[query] = present[query] ? counts[asked++] : 0;
    }
    return new Winners(pieces, spread, piece, row, scores);
  }

  /** The same hits in another order; {@code order} stays within each query. */
  Winners reordered(int[] order) {
    Builder builder = new Builder(pieces, size());
    for (int hit : order) {
      builder.add(piece[hit], row[hit], scores[hit]);
    }
    return builder.build(counts);
  }

  Winners rounded(int digits) {
    if (digits < 0) {
      return this;
    }
    double factor = Math.pow(10, digits);
    float[] rounded = new float[scores.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) (Math.floor(scores[i] * factor + 0.5) / factor);
    }
    return new Winners(pieces, counts, piece, row, rounded);
  }

  /** Collects hits; grows by itself. */
  static final class Builder {
    private final List<Reads.Hits> pieces;
    private int[] piece;
    private int[] row;
    private float[] scores;
    private int size;

    Builder(List<Reads.Hits> pieces, int expected) {
      this.pieces = pieces;
      this.piece = new int[Math.max(4, expected)];
      this.row = new int[piece.length];
      this.scores = new float[piece.length];
    }

    /** Room for every hit of the pieces. */
    static Builder of(List<Reads.Hits> pieces) {
      return new Builder(pieces, pieces.stream().mapToInt(hits -> hits.keys().size()).sum());
    }

    int size() {
      return size;
    }

    void add(int fromPiece, int fromRow, float score) {
      if (size == piece.length) {
        piece = Arrays.copyOf(piece, size * 2);
        row = Arrays.copyOf(row, size * 2);
        scores = Arrays.copyOf(scores, size * 2);
      }
      piece[size] = fromPiece;
      row[size] = fromRow;
      scores[size++] = score;
    }

    Winners build(int[] counts) {
      return new Winners(
          pieces,
          counts,
          Arrays.copyOf(piece, size),
          Arrays.copyOf(row, size),
          Arrays.copyOf(scores, size));
    }
  }
}
