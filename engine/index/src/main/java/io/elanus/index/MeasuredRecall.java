package io.elanus.index;

/**
 * What a build measured of its own index: the recall of stored rows, each of them apart from
 * itself, at some efforts. From it a search that asks for a recall gets its effort.
 *
 * @param efforts ascending; empty when nothing was measured
 * @param tens [efforts] recall of the 10 nearest, 0 to 1
 * @param hundreds [efforts] recall of the 100 nearest; of graphs 0 at efforts below 100
 */
public record MeasuredRecall(int[] efforts, float[] tens, float[] hundreds) {
  /** Nothing measured: growing graphs, and rows so few that they are scanned. */
  public static final MeasuredRecall NONE =
      new MeasuredRecall(new int[0], new float[0], new float[0]);

  /** The recall of a search that names neither an effort nor a recall. */
  public static final float DEFAULT_TARGET = 0.95f;

  /**
   * Share of the missing recall by which a target is raised. Some hundred rows were asked for, and
   * where a few of them find nothing and most find all, their mean is off by a hundredth.
   */
  private static final float MARGIN = 0.4f;

  /** A target out of reach is brought down to this much below the best recall. */
  private static final float NEARLY_BEST = 0.003f;

  private static final int UNMEASURED_EFFORT = 64;

  public MeasuredRecall {
    if (tens.length != efforts.length || hundreds.length != efforts.length) {
      throw new IllegalArgumentException("recall does not fit efforts");
    }
    for (int i = 0; i < efforts.length; i++) {
      if (efforts[i] <= (i == 0 ? 0 : efforts[i - 1])
          || !(tens[i] >= 0 && tens[i] <= 1 && hundreds[i] >= 0 && hundreds[i] <= 1)) {
        throw new IllegalArgumentException("no table of recall by effort");
      }
    }
  }

  /** Whether there is anything in it. */
  public boolean isEmpty() {
    return efforts.length == 0;
  }

  /** Recall of the 10 nearest at the effort of a search that asks for nothing; 1 if unmeasured. */
  public float atDefault() {
    return isEmpty() ? 1 : at(effort(DEFAULT_TARGET, 10));
  }

  /** The largest recall of the 10 nearest at any effort; 1 if unmeasured. */
  public float best() {
    return isEmpty() ? 1 : best(tens);
  }

  /**
   * The effort, at least k, that finds a share of the k nearest. A share that no effort reached
   * gets one that came near the best.
   *
   * @param target above 0, at most 1
   */
  public int effort(float target, int k) {
    if (isEmpty()) {
      int factor = target > 0.99f ? 4 : target > 0.96f ? 2 : 1;
      return Math.max(k, factor * Math.max(UNMEASURED_EFFORT, k + k / 2));
    }
    float raised = raised(target);
    double effort = effortOf(tens, raised);
    if (k > 10) {
      double ofHundred = Math.max(100, effortOf(hundreds, raised));
      effort =
          k >= 100
              ? ofHundred * k / 100
              : effort * Math.pow(ofHundred / effort, Math.log10(k / 10.0));
    }
    return (int) Math.max(k, Math.min(Math.ceil(effort), Integer.MAX_VALUE / 2));
  }

  /**
   * The inverted lists that find a share of the k nearest, all of them if unmeasured: for ten times
   * as many rows as many times more as 100 take than 10.
   *
   * @param target as above
   */
  public int lists(float target, int k) {
    if (isEmpty()) {
      return Integer.MAX_VALUE;
    }
    float raised = raised(target);
    double ofTen = effortOf(tens, raised);
    double ofHundred = Math.max(ofTen, effortOf(hundreds, raised));
    double tenfolds = Math.max(0, Math.log10(k / 10.0));
    return (int)
        Math.min(Integer.MAX_VALUE, Math.ceil(ofTen * Math.pow(ofHundred / ofTen, tenfolds)));
  }

  private static float raised(float target) {
    return Math.min(1, target + MARGIN * (1 - target));
  }

  private double effortOf(float[] recall, float target) {
    float wanted = Math.min(target, best(recall) - NEARLY_BEST);
    int i = 0;
    while (recall[i] < wanted) {
      i++;
    }
    if (i == 0 || recall[i - 1] == 0) {
      return efforts[i];
    }
    double share = (wanted - recall[i - 1]) / (recall[i] - recall[i - 1]);
    return efforts[i - 1] + share * (efforts[i] - efforts[i - 1]);
  }

  /** Recall of the 10 nearest at an effort; 1 if unmeasured. */
  public float at(int effort) {
    if (isEmpty()) {
      return 1;
    }
    int i = 0;
    while (i < efforts.length - 1 && efforts[i] < effort) {
      i++;
    }
    if (i == 0 || efforts[i] <= effort) {
      return tens[i];
    }
    float share = (float) (effort - efforts[i - 1]) / (efforts[i] - efforts[i - 1]);
    return tens[i - 1] + share * (tens[i] - tens[i - 1]);
  }

  private static float best(float[] recall) {
    float best = 0;
    for (float each : recall) {
      best = Math.max(best, each);
    }
    return best;
  }
}
