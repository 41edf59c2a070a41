package io.elanus.objects;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.regex.Pattern;

/** The checks and errors that every implementation of the contract shares. */
public final class ObjectKeys {
  private static final int MAX_NAMES = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_=-][A-Za-z0-9_.=-]{0,199}");

  private ObjectKeys() {}

  public static void check(String key) {
    if (!isKey(key)) {
      throw ElanusException.invalid("an object's key has 1 to 16 plain names between slashes")
          .with("key", key);
    }
  }

  public static boolean isKey(String key) {
    String[] names = key.split("/", -1);
    boolean wellFormed = names.length <= MAX_NAMES;
    for (String name : names) {
      wellFormed &= isName(name);
    }
    return wellFormed;
  }

  /** Whether a key can begin like this; a listing under any other prefix is empty. */
  public static boolean isPrefix(String prefix) {
    return prefix.isEmpty() || isKey(prefix) || isKey(prefix + "x");
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  public static void checkRange(String key, long offset, int length, long sizeBytes) {
    if (offset < 0 || length < 0 || offset > sizeBytes - length) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "object ends before the range to read")
          .with("key", key)
          .with("offset", offset)
          .with("length", length)
          .with("size", sizeBytes);
    }
  }

  public static ElanusException missing(String key) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "object does not exist").with("key", key);
  }

  public static ElanusException nested(String key) {
    return ElanusException.invalid("an object's key continues another's").with("key", key);
  }

  public static ElanusException closed() {
    return new ElanusException(ErrorCode.UNAVAILABLE, "object store is closed");
  }
}
