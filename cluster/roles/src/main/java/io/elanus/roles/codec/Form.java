package io.elanus.roles.codec;

/** How values of one type lie in bytes. Values are never null. */
interface Form {
  void write(Sink sink, Object value);

  /** Reads what {@link #write} wrote; may leave bytes that a newer version appended. */
  Object read(Source source);

  /** The value of a component that an older writer did not know. */
  Object absent();
}
