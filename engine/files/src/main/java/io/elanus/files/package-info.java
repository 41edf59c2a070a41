/**
 * Columns in files: writes rows as Arrow IPC files and maps such files back as columns without a
 * copy.
 *
 * <p>Owns the file layout, the mapping of Milvus types to Arrow types, mapped memory and its life,
 * and checksums. Knows nothing of segments, keys, visibility or where files come from: it writes to
 * a stream and reads a mapped range of bytes.
 */
@NullMarked
package io.elanus.files;

import org.jspecify.annotations.NullMarked;
