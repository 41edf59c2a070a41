package io.elanus.roles.codec;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of any message: records, sealed interfaces, enums, lists, sets, maps, optionals,
 * primitives and arrays of them, strings, columns, row batches and filters. Derived from the
 * components once per type. Little-endian; nested values follow each other without padding. Formats
 * of the parts: {@link RecordForm}, {@link Alternatives}, {@link Containers}, {@link Columns},
 * {@link Filters}.
 *
 * <p>Writer and reader may be of different versions: an unknown component is skipped, a missing one
 * is zero, false, empty, or a record of such. Names of records' components, of constants and of
 * alternatives are therefore part of the format; order is not.
 */
public final class RecordCodec {
  private static final Forms FORMS = new Forms();

  private RecordCodec() {}

  public static byte[] encode(Type type, Object value) {
    return sink(type, value).toBytes();
  }

  /** The same bytes; rows are copied once, from their columns. */
  public static ByteBuffer encodeToBuffer(Type type, Object value) {
    return sink(type, value).written();
  }

  private static Sink sink(Type type, Object value) {
    var sink = new Sink();
    FORMS.of(type).write(sink, value);
    return sink;
  }

  /** DATA_INTEGRITY for bytes that are no such value. The result may borrow {@code bytes}. */
  public static Object decode(Type type, ByteBuffer bytes) {
    return FORMS.of(type).read(new Source(bytes));
  }

  public static <T> T decode(Class<T> type, byte[] bytes) {
    return type.cast(decode((Type) type, ByteBuffer.wrap(bytes)));
  }

  /** Arguments of a call: u32 count; each u32 bytes and value. */
  public static ByteBuffer encodeAll(List<Type> types, @Nullable Object[] values) {
    var sink = new Sink();
    sink.putInt(types.size());
    for (int i = 0; i < types.size(); i++) {
      int begin = sink.beginLength();
      Object value = values[i];
      if (value == null) {
        throw new IllegalArgumentException("argument " + i + " is null");
      }
      FORMS.of(types.get(i)).write(sink, value);
      sink.endLength(begin);
    }
    return sink.written();
  }

  /** As many values as there are types; those that the bytes lack are defaults. */
  public static Object[] decodeAll(List<Type> types, ByteBuffer bytes) {
    var source = new Source(bytes);
    int count = source.getCount(4);
    Object[] values = new Object[types.size()];
    for (int i = 0; i < values.length; i++) {
      Form form = FORMS.of(types.get(i));
      values[i] = i < count ? form.read(source.takePart()) : form.absent();
    }
    return values;
  }
}
