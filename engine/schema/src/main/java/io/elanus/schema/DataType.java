package io.elanus.schema;

/**
 * The types a field can have. Numbers are those of the Milvus protocol (schema.proto, DataType);
 * {@link #layout} says how a column of the type lies in memory.
 */
public enum DataType {
  BOOL(1, "Bool", Layout.BIT, 0),
  INT8(2, "Int8", Layout.FIXED, 1),
  INT16(3, "Int16", Layout.FIXED, 2),
  INT32(4, "Int32", Layout.FIXED, 4),
  INT64(5, "Int64", Layout.FIXED, 8),
  FLOAT(10, "Float", Layout.FIXED, 4),
  DOUBLE(11, "Double", Layout.FIXED, 8),
  VARCHAR(21, "VarChar", Layout.VARIABLE, 0),
  ARRAY(22, "Array", Layout.LIST, 0),
  JSON(23, "JSON", Layout.VARIABLE, 0),
  BINARY_VECTOR(100, "BinaryVector", Layout.FIXED, 0),
  FLOAT_VECTOR(101, "FloatVector", Layout.FIXED, 0),
  FLOAT16_VECTOR(102, "Float16Vector", Layout.FIXED, 0),
  BFLOAT16_VECTOR(103, "BFloat16Vector", Layout.FIXED, 0),
  SPARSE_FLOAT_VECTOR(104, "SparseFloatVector", Layout.VARIABLE, 0),
  INT8_VECTOR(105, "Int8Vector", Layout.FIXED, 0);

  /** How the rows of a column lie in memory; the buffers are those of the Arrow columnar format. */
  public enum Layout {
    /** One bit a row, least significant bit first. */
    BIT,
    /** The same number of bytes for each row. */
    FIXED,
    /** int32 offsets, then bytes. */
    VARIABLE,
    /** int32 offsets into a column of elements. */
    LIST
  }

  private final int wireNumber;
  private final String wireName;
  private final Layout layout;
  private final int scalarBytes;

  DataType(int wireNumber, String wireName, Layout layout, int scalarBytes) {
    this.wireNumber = wireNumber;
    this.wireName = wireName;
    this.layout = layout;
    this.scalarBytes = scalarBytes;
  }

  public static DataType ofWireNumber(int number) {
    for (DataType type : values()) {
      if (type.wireNumber == number) {
        return type;
      }
    }
    throw ElanusException.invalid("data type " + number + " is not valid");
  }

  public int wireNumber() {
    return wireNumber;
  }

  /** The name in Milvus' texts, for example {@code VarChar}. */
  public String wireName() {
    return wireName;
  }

  public Layout layout() {
    return layout;
  }

  public boolean isVector() {
    return wireNumber >= 100;
  }

  public boolean isDenseVector() {
    return isVector() && this != SPARSE_FLOAT_VECTOR;
  }

  /** Int8 to Int64. */
  public boolean isInteger() {
    return this == INT8 || this == INT16 || this == INT32 || this == INT64;
  }

  public boolean isFloating() {
    return this == FLOAT || this == DOUBLE;
  }

  public boolean isNumeric() {
    return isInteger() || isFloating();
  }

  /**
   * Bytes of one row of a {@link Layout#FIXED} column.
   *
   * @param dimension of a vector type; ignored for scalars
   */
  public int rowBytes(int dimension) {
    return switch (this) {
      case FLOAT_VECTOR -> 4 * dimension;
      case FLOAT16_VECTOR, BFLOAT16_VECTOR -> 2 * dimension;
      case INT8_VECTOR -> dimension;
      case BINARY_VECTOR -> dimension / 8;
      case INT8, INT16, INT32, INT64, FLOAT, DOUBLE -> scalarBytes;
      case BOOL, VARCHAR, ARRAY, JSON, SPARSE_FLOAT_VECTOR ->
          throw new IllegalArgumentException(this + " has no fixed row width");
    };
  }
}
