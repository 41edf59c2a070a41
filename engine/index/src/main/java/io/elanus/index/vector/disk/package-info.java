/**
 * Graphs whose full rows and links stay on disk, side by side in {@link DiskNodes}: DISKANN, and
 * AISAQ with codes there as well. Growing and walking graphs is left to {@code graph}; what the
 * system may know of the use of pages is told by {@link PageAdvice}.
 */
@NullMarked
package io.elanus.index.vector.disk;

import org.jspecify.annotations.NullMarked;
