/**
 * The file layer: {@link io.elanus.disk.Disk} with a real form and one in memory that fails on
 * request, the lock of a data folder, and named failpoints.
 *
 * <p>Every other storage room reaches files through here, so that a test can pull the plug. Mapping
 * of immutable files belongs to engine/files.
 */
@NullMarked
package io.elanus.disk;

import org.jspecify.annotations.NullMarked;
