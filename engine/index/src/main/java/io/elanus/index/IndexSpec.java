package io.elanus.index;

import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the user asked for, validated by {@link IndexParameters}.
 *
 * @param metric {@link Metric#NONE} for a scalar index
 * @param params the other parameters as the client gave them, for example {@code M} to {@code 16}
 */
public record IndexSpec(IndexType type, Metric metric, Map<String, String> params) {
  /** The parameter that tells the bits of an element of a MinHash signature. */
  public static final String ELEMENT_BITS = "mh_element_bit_width";

  /** The parameter that tells how many bands a MinHash signature is cut into. */
  public static final String BANDS = "mh_lsh_band";

  public IndexSpec {
    params = Map.copyOf(params);
  }

  /** A spec without parameters. */
  public static IndexSpec of(IndexType type, Metric metric) {
    return new IndexSpec(type, metric, Map.of());
  }

  /** As searches of such rows read their parameters. */
  public IndexSpec over(DataType rows) {
    return new IndexSpec(type.over(rows), metric, params);
  }

  /** The value of an integer parameter; it was checked when the spec was made. */
  public OptionalInt integer(String name) {
    String value = params.get(name);
    return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
  }

  /** Bits of an element of a MinHash signature. */
  public int elementBits() {
    return integer(ELEMENT_BITS, 8);
  }

  /** The same with a default. */
  public int integer(String name, int otherwise) {
    return integer(name).orElse(otherwise);
  }
}
