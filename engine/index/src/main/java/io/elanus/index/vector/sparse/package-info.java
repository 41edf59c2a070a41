/**
 * Sparse rows: postings in blocks that tell their bounds ({@link SparsePostings}), searched by
 * dimension with what cannot reach the answer left out ({@link SparseSearch}), and an exact scan
 * over borrowed rows ({@link SparseExactIndex}).
 */
@NullMarked
package io.elanus.index.vector.sparse;

import org.jspecify.annotations.NullMarked;
