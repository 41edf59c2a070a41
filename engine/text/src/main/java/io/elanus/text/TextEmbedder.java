package io.elanus.text;

import java.util.List;

/**
 * Turns texts into vectors of one length; texts of like meaning get vectors of small angle.
 * Thread-safe.
 */
public interface TextEmbedder {
  /** Length of every vector. */
  int dimension();

  /**
   * @param texts any length; what a model cannot take in is cut
   * @return one vector of {@link #dimension} float32 for each text, unit length, in order
   */
  List<float[]> embed(List<String> texts);
}
