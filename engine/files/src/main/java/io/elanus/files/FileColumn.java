package io.elanus.files;

import io.elanus.schema.Column;

/** A column as a file holds it; borrows the memory that the file is mapped to. */
public record FileColumn(long fieldId, String name, Column column) {}
