package io.elanus.metadata;

import io.elanus.schema.ElanusException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Conditions and changes that commit together.
 *
 * @param conditions all must hold
 * @param puts values by key; the arrays must not be changed afterwards
 * @param deletes keys to remove; one that does not exist is no error
 */
public record Transaction(
    List<Condition> conditions, Map<String, byte[]> puts, Set<String> deletes) {
  /** Keys a transaction may name, conditions included, each counted once. */
  public static final int MAX_KEYS = 100;

  /** The longest value, bytes. */
  public static final int MAX_VALUE_BYTES = 1 << 20;

  /** All values of a transaction together, bytes. */
  public static final int MAX_BYTES = 4 << 20;

  private static final int MAX_KEY_CHARS = 1024;

  public Transaction {
    conditions = List.copyOf(conditions);
    puts = Map.copyOf(puts);
    deletes = Set.copyOf(deletes);
    var keys = new HashSet<String>(puts.keySet());
    keys.addAll(deletes);
    if (keys.size() < puts.size() + deletes.size()) {
      throw ElanusException.invalid("a transaction puts and deletes the same key");
    }
    conditions.forEach(condition -> keys.add(condition.key()));
    if (keys.size() > MAX_KEYS) {
      throw ElanusException.invalid("a transaction names too many keys")
          .with("keys", keys.size())
          .with("limit", MAX_KEYS);
    }
    keys.forEach(Transaction::checkKey);
    puts.forEach(Transaction::checkValue);
    long bytes = puts.values().stream().mapToLong(value -> value.length).sum();
    if (bytes > MAX_BYTES) {
      throw ElanusException.invalid("a transaction's values are too long together")
          .with("bytes", bytes)
          .with("limit", MAX_BYTES);
    }
  }

  /** A transaction in the making. */
  public static Builder builder() {
    return new Builder();
  }

  public static void checkKey(String key) {
    boolean printable = key.chars().noneMatch(character -> character < ' ' || character == 0x7f);
    if (key.isEmpty() || key.length() > MAX_KEY_CHARS || !printable) {
      throw ElanusException.invalid("a metadata key must have 1 to 1024 printable characters")
          .with("length", key.length());
    }
  }

  public static void checkValue(String key, byte[] value) {
    if (value.length > MAX_VALUE_BYTES) {
      throw ElanusException.invalid("a metadata value is too long")
          .with("key", key)
          .with("bytes", value.length)
          .with("limit", MAX_VALUE_BYTES);
    }
  }

  /** Collects conditions and changes. */
  public static final class Builder {
    private final List<Condition> conditions = new ArrayList<>();
    private final Map<String, byte[]> puts = new LinkedHashMap<>();
    private final Set<String> deletes = new HashSet<>();

    private Builder() {}

    /** The key must have been written last by this revision; 0 means that it must not exist. */
    public Builder requireRevision(String key, long revision) {
      conditions.add(
          revision == 0 ? new Condition.Absent(key) : new Condition.AtRevision(key, revision));
      return this;
    }

    public Builder put(String key, byte[] value) {
      puts.put(key, value);
      return this;
    }

    public Builder delete(String key) {
      deletes.add(key);
      return this;
    }

    public Transaction build() {
      return new Transaction(conditions, puts, deletes);
    }
  }
}
