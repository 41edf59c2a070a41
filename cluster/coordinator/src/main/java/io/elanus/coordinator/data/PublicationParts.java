package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.DataCoord.Publish;
import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.ElanusException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A publication that is too large for one transaction, as several, in an order in which every
 * prefix is right by itself: a new owner that replays from the old checkpoint skips the rows of
 * segments that are there, and meets deletes again that a file has already, which changes nothing.
 * So segments come first, then delete files, and alone at the end the checkpoint that takes the
 * records out of the log.
 *
 * <p>The delete files of a shard stay together: their newest timestamp tells everybody up to where
 * the shard's deletes are in files. Segments that replace others are published whole.
 */
final class PublicationParts {
  private static final int MOST = Ledger.MAX_CHANGES;

  private final Publish whole;
  private final List<Publish> parts = new ArrayList<>();

  private PublicationParts(Publish whole) {
    this.whole = whole;
  }

  static List<Publish> of(Publish whole) {
    int records =
        whole.add().size()
            + whole.drop().size()
            + whole.deletes().size()
            + whole.obsoleteDeletes().size()
            + whole.checkpoint().size();
    return records <= MOST ? List.of(whole) : new PublicationParts(whole).split();
  }

  private List<Publish> split() {
    if (!whole.drop().isEmpty()) {
      check("segments that replace others", whole.add().size() + whole.drop().size());
      part(whole.add(), whole.drop(), List.of(), List.of(), Map.of());
    } else {
      slices(whole.add()).forEach(some -> part(some, List.of(), List.of(), List.of(), Map.of()));
    }
    deletes();
    slices(whole.obsoleteDeletes())
        .forEach(some -> part(List.of(), List.of(), List.of(), some, Map.of()));
    check("checkpoints", whole.checkpoint().size());
    part(List.of(), List.of(), List.of(), List.of(), whole.checkpoint());
    return parts;
  }

  private void deletes() {
    Map<String, List<DeleteFile>> byShard = new LinkedHashMap<>();
    for (DeleteFile file : whole.deletes()) {
      byShard.computeIfAbsent(file.channel(), channel -> new ArrayList<>()).add(file);
    }
    List<DeleteFile> together = new ArrayList<>();
    for (List<DeleteFile> ofShard : byShard.values()) {
      check("delete files of one shard", ofShard.size());
      if (together.size() + ofShard.size() > MOST) {
        part(List.of(), List.of(), List.copyOf(together), List.of(), Map.of());
        together.clear();
      }
      together.addAll(ofShard);
    }
    part(List.of(), List.of(), together, List.of(), Map.of());
  }

  private void part(
      List<Segment> add,
      List<Long> drop,
      List<DeleteFile> deletes,
      List<String> obsoleteDeletes,
      Map<String, Long> checkpoint) {
    parts.add(new Publish(whole.epoch(), add, drop, deletes, obsoleteDeletes, checkpoint));
  }

  private static <T> List<List<T>> slices(List<T> all) {
    List<List<T>> slices = new ArrayList<>();
    for (int from = 0; from < all.size(); from += MOST) {
      slices.add(all.subList(from, Math.min(from + MOST, all.size())));
    }
    return slices;
  }

  private static void check(String what, int records) {
    if (records > MOST) {
      throw ElanusException.invalid("a publication names too many records at once")
          .with("of", what)
          .with("records", records)
          .with("limit", MOST);
    }
  }
}
