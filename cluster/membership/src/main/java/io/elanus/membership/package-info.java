/**
 * Who is there and who holds which seat: processes register themselves in metadata under leases,
 * and of the processes that could be a coordinator one is. Knows no role's work, and carries no
 * call.
 */
@NullMarked
package io.elanus.membership;

import org.jspecify.annotations.NullMarked;
