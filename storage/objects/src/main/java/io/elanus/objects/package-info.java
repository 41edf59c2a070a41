/**
 * Objects: immutable byte strings under hierarchical keys. The contract ({@link
 * io.elanus.objects.ObjectStore}), a form in memory and the local form on files.
 *
 * <p>Knows nothing of segments, manifests or indexes. Cloud stores live in rooms of their own.
 */
@NullMarked
package io.elanus.objects;

import org.jspecify.annotations.NullMarked;
