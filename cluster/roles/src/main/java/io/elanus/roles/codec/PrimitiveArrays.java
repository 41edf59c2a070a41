package io.elanus.roles.codec;

import java.nio.ByteBuffer;

/** Primitive arrays: u32 length, then the elements. */
final class PrimitiveArrays {
  private PrimitiveArrays() {}

  static final Form BYTES =
      new Scalars.Scalar<byte[]>(
          (sink, v) -> {
            sink.putInt(v.length);
            sink.putBytes(v);
          },
          source -> {
            byte[] v = new byte[source.getCount(1)];
            source.take(v.length).get(v);
            return v;
          },
          new byte[0]);

  static final Form INTS =
      new Scalars.Scalar<int[]>(
          (sink, v) -> space(sink, v.length, 4).asIntBuffer().put(v),
          source -> {
            int[] v = new int[source.getCount(4)];
            source.take(4 * v.length).asIntBuffer().get(v);
            return v;
          },
          new int[0]);

  static final Form LONGS =
      new Scalars.Scalar<long[]>(
          (sink, v) -> space(sink, v.length, 8).asLongBuffer().put(v),
          source -> {
            long[] v = new long[source.getCount(8)];
            source.take(8 * v.length).asLongBuffer().get(v);
            return v;
          },
          new long[0]);

  static final Form FLOATS =
      new Scalars.Scalar<float[]>(
          (sink, v) -> space(sink, v.length, 4).asFloatBuffer().put(v),
          source -> {
            float[] v = new float[source.getCount(4)];
            source.take(4 * v.length).asFloatBuffer().get(v);
            return v;
          },
          new float[0]);

  static final Form DOUBLES =
      new Scalars.Scalar<double[]>(
          (sink, v) -> space(sink, v.length, 8).asDoubleBuffer().put(v),
          source -> {
            double[] v = new double[source.getCount(8)];
            source.take(8 * v.length).asDoubleBuffer().get(v);
            return v;
          },
          new double[0]);

  private static ByteBuffer space(Sink sink, int length, int elementBytes) {
    sink.putInt(length);
    return sink.space(Math.multiplyExact(length, elementBytes));
  }
}
