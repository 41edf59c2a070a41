/**
 * Objects on S3 and what speaks it (MinIO, Ceph, OSS, …): {@link io.elanus.s3.S3ObjectStore}, on
 * AWS' own client. A commit is a conditional write, see decision 0024.
 *
 * <p>The only room that loads a class of that client; it is used only when configured.
 */
@NullMarked
package io.elanus.s3;

import org.jspecify.annotations.NullMarked;
