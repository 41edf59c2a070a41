/**
 * Objects on Azure Blob Storage, through Microsoft's own client. Decision 0028 says how.
 *
 * <p>The only room that loads a class of that client; it is used only when configured.
 */
@NullMarked
package io.elanus.azure;

import org.jspecify.annotations.NullMarked;
