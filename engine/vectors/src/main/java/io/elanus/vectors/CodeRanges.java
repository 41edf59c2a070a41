package io.elanus.vectors;

import java.util.Arrays;

/**
 * What scalar codes mean: code c of dimension j stands for {@code low[j] + step[j] · c}.
 *
 * @param low [dimension]
 * @param step [dimension]; 0 where all values are the same
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record CodeRanges(float[] low, float[] step) {
  /** Spans known bounds with codes from 0 to {@code largest}. */
  static CodeRanges within(float[] low, float[] high, int largest) {
    float[] step = new float[low.length];
    for (int j = 0; j < low.length; j++) {
      step[j] = high[j] > low[j] ? (high[j] - low[j]) / largest : 0;
    }
    return new CodeRanges(low, step);
  }

  /** Spans the values of a sample but for the {@code clipped} outermost of each side. */
  static CodeRanges train(float[][] sample, int dimension, int clipped, int largest) {
    float[] low = new float[dimension];
    float[] step = new float[dimension];
    float[] values = new float[sample.length];
    for (int j = 0; j < dimension && sample.length > 0; j++) {
      for (int i = 0; i < sample.length; i++) {
        values[i] = sample[i][j];
      }
      Arrays.sort(values);
      low[j] = values[clipped];
      step[j] = (values[sample.length - 1 - clipped] - low[j]) / largest;
    }
    return new CodeRanges(low, step);
  }
}
