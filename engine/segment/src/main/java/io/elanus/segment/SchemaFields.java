package io.elanus.segment;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;

/** Fields by id, or an error. */
final class SchemaFields {
  private SchemaFields() {}

  static FieldSchema get(CollectionSchema schema, long fieldId) {
    return schema
        .field(fieldId)
        .orElseThrow(() -> new ElanusException(ErrorCode.FIELD_NOT_FOUND).with("field", fieldId));
  }
}
