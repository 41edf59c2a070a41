/**
 * Centres of rows and which rows belong to each, of numbers ({@link KMeans}) and of bits ({@link
 * BitClusters}). What is done with them is left to {@code lists}.
 */
@NullMarked
package io.elanus.index.vector.clusters;

import org.jspecify.annotations.NullMarked;
