/**
 * Text on its way to vectors: today the embedding interface; analyzers and BM25 will live here.
 * Providers (a local ONNX model, HTTP services) are rooms of their own, so that serving loads none
 * of them unasked.
 */
@NullMarked
package io.elanus.text;

import org.jspecify.annotations.NullMarked;
