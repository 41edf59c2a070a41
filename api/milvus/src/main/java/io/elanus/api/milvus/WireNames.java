package io.elanus.api.milvus;

import io.elanus.api.milvus.WireField.Slot;
import io.elanus.api.milvus.proto.DataType;

/** Names of wire numbers, for texts. */
final class WireNames {
  private WireNames() {}

  /** For example {@code VarChar}; the number itself when the protocol has no such type. */
  static String dataType(int number) {
    DataType type = DataType.forNumber(number);
    return type == null ? String.valueOf(number) : type.name();
  }

  static String slot(Slot slot) {
    return switch (slot) {
      case NONE -> "nil";
      case BOOL -> "bool array";
      case INT -> "int array";
      case LONG -> "long int array";
      case FLOAT -> "float array";
      case DOUBLE -> "double array";
      case TEXT -> "string array";
      case ARRAY -> "array array";
      case JSON -> "json array";
      case FLOAT_VECTOR -> "float vector";
      case BINARY_VECTOR -> "binary vector";
      case FLOAT16_VECTOR -> "float16 vector";
      case BFLOAT16_VECTOR -> "bfloat16 vector";
      case SPARSE_VECTOR -> "sparse float vector";
      case INT8_VECTOR -> "int8 vector";
      case OTHER -> "unsupported data";
    };
  }
}
