package io.elanus.roles;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where things lie in the object store: the contract between the nodes that write objects and the
 * coordinators that record, collect and sweep them.
 *
 * <pre>
 * segments/COLLECTION/SEGMENT/WRITING/FILE
 * deletes/CHANNEL/WRITING                      deletes that reach all partitions
 * deletes/CHANNEL/partition-PARTITION/WRITING  deletes that reach one
 * indexes/COLLECTION/SEGMENT/INDEX
 * indexes/COLLECTION/SEGMENT/INDEX.ATTEMPT     built anew in the place of a damaged one
 * </pre>
 *
 * A <em>writing</em> says who wrote, so that what its writer left behind can be told from what is
 * about to be published. {@code PHYSICAL-CHANNEL=EPOCH-NAME}: the owner of the channel, which can
 * publish it only while the epoch is the channel's present one. {@code merge-NAME}: a data node,
 * whose merge DataCoord recorded before and ends when it is published. Nobody sweeps what is called
 * otherwise.
 */
public final class ObjectLayout {
  public static final String SEGMENTS = "segments/";
  public static final String DELETES = "deletes/";
  public static final String INDEXES = "indexes/";

  private static final String PARTITION = "partition-";
  private static final Pattern FLUSH = Pattern.compile("([^=]+)=(\\d{1,18})-.+");
  private static final String MERGE = "merge-";

  private ObjectLayout() {}

  /** The folder of a segment, with a slash at its end. */
  public static String segment(long collectionId, long segmentId) {
    return SEGMENTS + collectionId + "/" + segmentId + "/";
  }

  public static String deletes(String channel, Optional<Long> partition, String writing) {
    return DELETES + channel + "/" + partition.map(id -> PARTITION + id + "/").orElse("") + writing;
  }

  /** The partition that a delete file reaches; empty: all. */
  public static Optional<Long> partitionOfDeletes(String object) {
    String[] names = object.split("/", -1);
    return names.length == 4 && names[2].startsWith(PARTITION)
        ? Optional.of(Long.parseLong(names[2].substring(PARTITION.length())))
        : Optional.empty();
  }

  /** The folder of a segment's indexes, with a slash at its end. */
  public static String indexes(long collectionId, long segmentId) {
    return INDEXES + collectionId + "/" + segmentId + "/";
  }

  /**
   * @param attempt 0 for the first file of the index
   */
  public static String index(long collectionId, long segmentId, long indexId, int attempt) {
    String first = indexes(collectionId, segmentId) + indexId;
    return attempt == 0 ? first : first + "." + attempt;
  }

  /**
   * Names what the owner of a channel writes.
   *
   * @param name tells the writings of one epoch apart
   */
  public static String flush(String physicalChannel, long epoch, String name) {
    return physicalChannel + "=" + epoch + "-" + name;
  }

  /** Names what one attempt at a merge writes. */
  public static String merge() {
    return MERGE + UUID.randomUUID();
  }

  /** Who wrote something. */
  public sealed interface Writer {}

  public record Owner(String physicalChannel, long epoch) implements Writer {}

  public record Merge() implements Writer {}

  public record Unknown() implements Writer {}

  public static Writer writer(String writing) {
    Matcher flush = FLUSH.matcher(writing);
    if (flush.matches()) {
      return new Owner(flush.group(1), Long.parseLong(flush.group(2)));
    }
    return writing.startsWith(MERGE) ? new Merge() : new Unknown();
  }

  /** What an object belongs to. */
  public sealed interface Place {}

  /**
   * @param folder of the writing, with a slash at its end
   */
  public record OfSegment(long collectionId, long segmentId, String folder, Writer writer)
      implements Place {}

  public record OfDeletes(String channel, Writer writer) implements Place {}

  public record OfIndex(long collectionId, long segmentId, long indexId) implements Place {}

  /** Empty for a key that nothing here made. */
  public static Optional<Place> place(String key) {
    String[] names = key.split("/", -1);
    return switch (names[0] + "/") {
      case SEGMENTS -> segmentPlace(names);
      case DELETES ->
          names.length == 3 || names.length == 4
              ? Optional.of(new OfDeletes(names[1], writer(names[names.length - 1])))
              : Optional.empty();
      case INDEXES -> indexPlace(names);
      default -> Optional.empty();
    };
  }

  private static Optional<Place> segmentPlace(String[] names) {
    if (names.length < 5 || !isId(names[1]) || !isId(names[2])) {
      return Optional.empty();
    }
    long collection = Long.parseLong(names[1]);
    long segment = Long.parseLong(names[2]);
    String folder = segment(collection, segment) + names[3] + "/";
    return Optional.of(new OfSegment(collection, segment, folder, writer(names[3])));
  }

  private static Optional<Place> indexPlace(String[] names) {
    if (names.length != 4 || !isId(names[1]) || !isId(names[2])) {
      return Optional.empty();
    }
    String[] numbers = names[3].split("\\.", -1);
    if (numbers.length > 2 || !isId(numbers[0]) || !isId(numbers[numbers.length - 1])) {
      return Optional.empty();
    }
    return Optional.of(
        new OfIndex(
            Long.parseLong(names[1]), Long.parseLong(names[2]), Long.parseLong(numbers[0])));
  }

  private static boolean isId(String name) {
    return name.length() <= 18
        && !name.isEmpty()
        && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
