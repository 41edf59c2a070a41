/**
 * A whole cluster on one machine: the broker, the metadata store and the object store of others,
 * and one process for each role. For trying, and for tests that end its processes.
 */
@NullMarked
package io.elanus.devcluster;

import org.jspecify.annotations.NullMarked;
