package io.elanus.roles.codec;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Numbers, booleans and texts. */
final class Scalars {
  private Scalars() {}

  record Scalar<T>(BiConsumer<Sink, T> writer, Function<Source, T> reader, T absent)
      implements Form {
    @Override
    @SuppressWarnings("unchecked") // a form is looked up by the type of its values
    public void write(Sink sink, Object value) {
      writer.accept(sink, (T) value);
    }

    @Override
    public Object read(Source source) {
      return (Object) reader.apply(source);
    }
  }

  static final Form BOOLEAN =
      new Scalar<Boolean>((sink, v) -> sink.putByte(v ? 1 : 0), s -> s.getByte() != 0, false);
  static final Form BYTE =
      new Scalar<Byte>((sink, v) -> sink.putByte(v), Source::getByte, (byte) 0);
  static final Form SHORT =
      new Scalar<Short>((sink, v) -> sink.putInt(v), s -> (short) s.getInt(), (short) 0);
  static final Form INT = new Scalar<Integer>(Sink::putInt, Source::getInt, 0);
  static final Form LONG = new Scalar<Long>(Sink::putLong, Source::getLong, 0L);
  static final Form FLOAT =
      new Scalar<Float>(
          (sink, v) -> sink.putInt(Float.floatToRawIntBits(v)),
          s -> Float.intBitsToFloat(s.getInt()),
          0f);
  static final Form DOUBLE =
      new Scalar<Double>(
          (sink, v) -> sink.putLong(Double.doubleToRawLongBits(v)),
          s -> Double.longBitsToDouble(s.getLong()),
          0d);
  static final Form STRING = new Scalar<String>(Scalars::writeText, Scalars::readText, "");

  static void writeText(Sink sink, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sink.putInt(bytes.length);
    sink.putBytes(bytes);
  }

  static String readText(Source source) {
    return StandardCharsets.UTF_8.decode(source.take(source.getInt())).toString();
  }
}
