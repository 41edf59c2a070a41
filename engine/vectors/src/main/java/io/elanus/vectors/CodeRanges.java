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
  /** The code from 0 to {@code largest} that stands for a value best. */
  static int code(float value, float low, float step, int largest) {
    return step > 0 ? Math.clamp(Math.round((value - low) / step), 0, largest) : 0;
  }

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
    return train(sample, dimension, new int[] {clipped}, largest)[0];
  }

  /** As {@link #train(float[][], int, int, int)} for several numbers of outermost values. */
  static CodeRanges[] train(float[][] sample, int dimension, int[] clipped, int largest) {
    CodeRanges[] trained = new CodeRanges[clipped.length];
    Arrays.setAll(trained, i -> new CodeRanges(new float[dimension], new float[dimension]));
    float[] values = new float[sample.length];
    for (int j = 0; j < dimension && sample.length > 0; j++) {
      for (int i = 0; i < sample.length; i++) {
        values[i] = sample[i][j];
      }
      Arrays.sort(values);
      for (int i = 0; i < clipped.length; i++) {
        float low = values[clipped[i]];
        trained[i].low[j] = low;
        trained[i].step[j] = (values[sample.length - 1 - clipped[i]] - low) / largest;
      }
    }
    return trained;
  }
}
