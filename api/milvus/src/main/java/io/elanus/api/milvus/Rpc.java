package io.elanus.api.milvus;

/**
 * One RPC: reads the request, asks the proxy, writes the answer. Runs on a virtual thread and may
 * block; errors are thrown.
 */
@FunctionalInterface
interface Rpc<Q, A> {
  A answer(Caller caller, Q request);
}
