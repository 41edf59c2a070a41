package io.elanus.brokers;

/**
 * Where a record is in its topic, in the topic's order. Only the broker can say whether there is a
 * record at a place.
 *
 * @param ledger what the broker keeps records in, one after the other; 0 where a topic is counted
 *     through
 * @param entry in it, from 0
 */
public record Place(long ledger, long entry) implements Comparable<Place> {
  /** Of a topic that is counted through. */
  public static Place ofOffset(long offset) {
    return new Place(0, offset);
  }

  /** The smallest place behind this one. */
  public Place next() {
    return new Place(ledger, entry + 1);
  }

  @Override
  public int compareTo(Place other) {
    int byLedger = Long.compare(ledger, other.ledger);
    return byLedger != 0 ? byLedger : Long.compare(entry, other.entry);
  }

  @Override
  public String toString() {
    return ledger == 0 ? Long.toString(entry) : ledger + ":" + entry;
  }
}
