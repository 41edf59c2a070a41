package io.elanus.expression;

import io.elanus.schema.ElanusException;

/** The form of a typed filter between processes. */
public final class FilterCodec {
  private FilterCodec() {}

  public static byte[] encode(Filter filter) {
    throw new UnsupportedOperationException("not written yet: " + filter);
  }

  /**
   * @throws ElanusException INVALID_PARAMETER when the bytes are not a filter of a known version
   */
  public static Filter decode(byte[] bytes) {
    throw new UnsupportedOperationException("not written yet: " + bytes.length);
  }
}
