package io.elanus.server;

/** A process with its doors open, whatever runs behind them. */
public interface OpenServer extends AutoCloseable {
  /** {@code host:port} of the Milvus service; empty where there is none. */
  String grpcAddress();

  /** {@code host:port} of health and metrics. */
  String httpAddress();

  /** What makes the first requests quick; to be called once the process serves. */
  void warmUp();

  @Override
  void close();
}
