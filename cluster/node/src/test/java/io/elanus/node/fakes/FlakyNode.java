package io.elanus.node.fakes;

import io.elanus.node.query.QueryExecutor;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Reads;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A query node behind a connection that a test can break: calls fail, or get no answer. */
public final class FlakyNode implements QueryNode {
  private enum State {
    WELL,
    FAILING,
    SILENT
  }

  private final QueryExecutor node;
  private final AtomicLong deletes = new AtomicLong();
  private State state = State.WELL;

  FlakyNode(QueryExecutor node) {
    this.node = node;
  }

  /** Calls are UNAVAILABLE, also those that wait for an answer. */
  public void fail() {
    become(State.FAILING);
  }

  /** Calls get no answer. */
  public void silence() {
    become(State.SILENT);
  }

  public void heal() {
    become(State.WELL);
  }

  private synchronized void become(State next) {
    state = next;
    notifyAll();
  }

  private synchronized QueryNode reach() {
    while (state == State.SILENT) {
      try {
        wait();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new ElanusException(ErrorCode.CANCELLED, "interrupted", interrupted);
      }
    }
    if (state == State.FAILING) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the node cannot be reached");
    }
    return node;
  }

  void close() {
    node.close();
  }

  /** Calls that told of deletes. */
  public long deletes() {
    return deletes.get();
  }

  @Override
  public void load(Load load) {
    reach().load(load);
  }

  @Override
  public void release(List<Long> segments) {
    reach().release(segments);
  }

  @Override
  public void delete(Deletes deletes) {
    reach().delete(deletes);
    this.deletes.incrementAndGet();
  }

  @Override
  public Reads.Hits search(List<Long> segments, Reads.Search search) {
    return reach().search(segments, search);
  }

  @Override
  public Reads.Found query(List<Long> segments, Reads.Query query) {
    return reach().query(segments, query);
  }

  @Override
  public RowBatch fetch(Reads.Fetch fetch) {
    return reach().fetch(fetch);
  }

  @Override
  public Usage usage() {
    return reach().usage();
  }

  @Override
  public List<Loaded> loaded() {
    return reach().loaded();
  }
}
