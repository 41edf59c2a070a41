/** Coordinators by hand, small enough to see that they keep the contract of the roles. */
@NullMarked
package io.elanus.node.fakes;

import org.jspecify.annotations.NullMarked;
