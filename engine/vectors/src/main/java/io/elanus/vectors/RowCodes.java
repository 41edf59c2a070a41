package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** One way to write rows of float32 numbers shorter, and the distances to rows so written. */
public sealed interface RowCodes permits RangedCodes, FloatCodes, SignCodes, ProductCodes {
  int dimension();

  /** Bytes of an encoded row, a multiple of 64 but for product codes. */
  int rowBytes();

  /** Writes the code of a row; the padding of {@code rows} is zero already. */
  void encode(float[] values, MemorySegment rows, long at);

  /** The kernel, in the active form; its queries are float32 rows. */
  Kernel kernel();

  /** As {@link #kernel()}, for answering; see {@link Kernels#forAnswers}. */
  Kernel kernelForAnswers();

  /** [dimension] where the range of each element begins; empty where there are no ranges. */
  float[] low();

  /** [dimension] what one step of a code is worth; empty where there are no ranges. */
  float[] step();
}
