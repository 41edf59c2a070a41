/**
 * Objects on Google Cloud Storage, through its JSON API and Google's own credentials. Decision 0028
 * says how.
 *
 * <p>The only room that loads a class of those; it is used only when configured.
 */
@NullMarked
package io.elanus.gcs;

import org.jspecify.annotations.NullMarked;
