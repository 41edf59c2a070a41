package io.elanus.vectors;

import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.function.Supplier;

/** Chooses, once, the form of all kernels of this process. */
public final class Kernels {
  /** How the arithmetic is done. */
  public enum Form {
    /** Plain Java with checked memory access: the specification and the fallback. */
    SCALAR,
    /** jdk.incubator.vector with unchecked addresses. */
    SIMD
  }

  /** The property that forces a form from the first call on: {@code scalar} or {@code simd}. */
  public static final String PROPERTY = "elanus.vectors.kernels";

  /**
   * Dimensions from which on INNER_PRODUCT of float32 rows has two partial sums a lane, for the
   * even and the odd vectors of a row: from here on it is faster, apart and in a run.
   */
  static final int WIDE = 320;

  /** The narrowest vectors, in floats, whose lanes {@link Lanes#sums} can part in four. */
  private static final int LEAST_LANES = 4;

  private static final String FLAGS =
      "--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED";
  private static final Form ACTIVE = choose();
  private static final EntryLoops ENTRIES = entries(ACTIVE);
  private static final boolean FORCED = !forcedForm().isEmpty();

  private Kernels() {}

  /** The form that {@link #of(ElementType, Distance, int)} gives. */
  public static Form active() {
    return ACTIVE;
  }

  /** The kernel for rows of this shape, in the active form. */
  public static Kernel of(ElementType type, Distance distance, int dimension) {
    return of(ACTIVE, type, distance, dimension);
  }

  /**
   * As {@link #of(ElementType, Distance, int)}, for answering: until the compiler has seen the
   * active form, distances come from the scalar one.
   */
  public static Kernel forAnswers(ElementType type, Distance distance, int dimension) {
    return starting(
        of(type, distance, dimension), () -> of(Form.SCALAR, type, distance, dimension));
  }

  /**
   * The kernel for binary rows that are MinHash signatures, for answering; see {@link #forAnswers}.
   * Elements that do not fill words have the scalar form only.
   *
   * @param elementBits bits of an element, a multiple of 8 that divides the dimension
   */
  public static Kernel minHashForAnswers(int dimension, int elementBits) {
    Kernel active = minHash(ACTIVE, dimension, elementBits);
    return active instanceof ScalarMinHash
        ? active
        : starting(active, () -> minHash(Form.SCALAR, dimension, elementBits));
  }

  static Kernel minHash(Form form, int dimension, int elementBits) {
    if (elementBits < 8 || elementBits % 8 != 0 || dimension % elementBits != 0) {
      throw new IllegalArgumentException(dimension + " bits are no elements of " + elementBits);
    }
    return form == Form.SIMD && ScalarMinHash.fillWords(elementBits)
        ? SimdKernels.minHash(dimension, elementBits)
        : new ScalarMinHash(dimension, elementBits);
  }

  static Kernel starting(Kernel active, Supplier<Kernel> scalar) {
    if (ACTIVE == Form.SCALAR || FORCED) {
      return active;
    }
    return KernelStart.starting(active, scalar);
  }

  /**
   * Sums of look-ups in tables of sixteen entries, in the active form; until the compiler has seen
   * that, they come from the scalar one.
   */
  public static NibbleScan nibbles(int subspaces) {
    NibbleScan active = nibbles(ACTIVE, subspaces);
    return ACTIVE == Form.SCALAR || FORCED
        ? active
        : KernelStart.starting(active, nibbles(Form.SCALAR, subspaces));
  }

  /** As {@link #nibbles(int)}, but nothing is done so that the compiler sees the active form. */
  public static NibbleScan nibblesAsTheyAre(int subspaces) {
    NibbleScan active = nibbles(ACTIVE, subspaces);
    boolean serves = ACTIVE == Form.SCALAR || FORCED || KernelStart.isOver(active.getClass());
    return serves ? active : nibbles(Form.SCALAR, subspaces);
  }

  /** The nearest centres of float32 rows, in the active form. */
  public static NearestCentres nearestCentres(int dimension) {
    return nearestCentres(ACTIVE, dimension);
  }

  static NearestCentres nearestCentres(Form form, int dimension) {
    return switch (form) {
      case SCALAR -> new ScalarNearestCentres(dimension);
      case SIMD -> SimdKernels.nearestCentres(dimension);
    };
  }

  /** Loops over the entries of a codebook, in the active form. */
  static EntryLoops entries() {
    return ENTRIES;
  }

  /** As {@link #entries()}, for answering. */
  static EntryLoops entriesForAnswers() {
    return ACTIVE == Form.SCALAR || FORCED
        ? ENTRIES
        : KernelStart.starting(ENTRIES, entries(Form.SCALAR));
  }

  static EntryLoops entries(Form form) {
    return switch (form) {
      case SCALAR -> new ScalarEntries();
      case SIMD -> SimdKernels.entries();
    };
  }

  static NibbleScan nibbles(Form form, int subspaces) {
    return switch (form) {
      case SCALAR -> new ScalarNibbleScan(subspaces);
      case SIMD -> SimdKernels.nibbles(subspaces);
    };
  }

  /**
   * The filter of rows by 4-bit codes, for answering; see {@link #forAnswers}.
   *
   * @param dimension of the rows
   */
  public static NibbleFilter filterForAnswers(int dimension) {
    NibbleFilter active = filter(ACTIVE, dimension);
    if (ACTIVE == Form.SCALAR || FORCED) {
      return active;
    }
    return KernelStart.starting(active, filter(Form.SCALAR, dimension), dimension);
  }

  static NibbleFilter filter(Form form, int dimension) {
    return switch (form) {
      case SCALAR -> new ScalarNibbleFilter(dimension);
      case SIMD -> SimdKernels.filter(dimension);
    };
  }

  static Kernel of(Form form, ElementType type, Distance distance, int dimension) {
    boolean known =
        distance.ofSets() == (type == ElementType.BINARY) && distance != Distance.MINHASH;
    if (!known || dimension < 1) {
      throw new IllegalArgumentException(type + " has no " + distance + " of " + dimension);
    }
    return switch (form) {
      case SCALAR -> ScalarKernels.of(type, distance, dimension);
      case SIMD -> SimdKernels.of(type, distance, dimension);
    };
  }

  /** Partial sums of a distance of floating-point rows. */
  static int lanes() {
    return moduleIsThere() && vectorsAreWide() ? SimdKernels.lanes() : 16;
  }

  /** Whether the SIMD form can be loaded here. */
  private static boolean moduleIsThere() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** Whether the SIMD form computes what it should here; loads it. */
  private static boolean vectorsAreWide() {
    return SimdKernels.lanes() >= LEAST_LANES;
  }

  private static String forcedForm() {
    return System.getProperty(PROPERTY, "").toLowerCase(Locale.ROOT);
  }

  private static Form choose() {
    System.Logger log = System.getLogger(Kernels.class.getName());
    if (forcedForm().equals("scalar")) {
      log.log(Level.INFO, "vector kernels are scalar, forced by " + PROPERTY);
      return Form.SCALAR;
    }
    if (!moduleIsThere()) {
      log.log(Level.INFO, "vector kernels are scalar; for speed start the JVM with " + FLAGS);
      return Form.SCALAR;
    }
    if (!vectorsAreWide()) {
      log.log(Level.INFO, "vector kernels are scalar; vectors here are below 128 bits");
      return Form.SCALAR;
    }
    log.log(Level.DEBUG, () -> "vector kernels use " + SimdKernels.describe());
    return Form.SIMD;
  }
}
