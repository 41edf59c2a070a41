/**
 * The file that every vector index is: a header, parameters and named sections, each with its
 * checksum ({@link IndexFileFormat}), written at once by {@link IndexFileWriter} and mapped by
 * {@link IndexFile}. What a section holds is left to the family that writes it.
 */
@NullMarked
package io.elanus.index.vector.file;

import org.jspecify.annotations.NullMarked;
