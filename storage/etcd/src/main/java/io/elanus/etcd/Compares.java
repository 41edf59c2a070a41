package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;

/** Conditions of etcd's transactions. */
final class Compares {
  /**
   * The target LEASE of etcd's {@code rpc.proto}, which jetcd's older messages do not name. Without
   * an operand it is compared with 0, no lease.
   */
  private static final int LEASE = 4;

  private Compares() {}

  private static Compare.Builder of(ByteString key, Compare.CompareResult result) {
    return Compare.newBuilder().setKey(key).setResult(result);
  }

  /** The key was written last by this revision; 0: it does not exist. */
  static Compare writtenAt(ByteString key, long revision) {
    return of(key, Compare.CompareResult.EQUAL)
        .setTarget(Compare.CompareTarget.MOD)
        .setModRevision(revision)
        .build();
  }

  static Compare absent(ByteString key) {
    return createdAt(key, 0);
  }

  static Compare present(ByteString key) {
    return of(key, Compare.CompareResult.GREATER)
        .setTarget(Compare.CompareTarget.CREATE)
        .setCreateRevision(0)
        .build();
  }

  static Compare createdAt(ByteString key, long revision) {
    return of(key, Compare.CompareResult.EQUAL)
        .setTarget(Compare.CompareTarget.CREATE)
        .setCreateRevision(revision)
        .build();
  }

  /** No key of the span is older than this revision. */
  static Compare noneBefore(EtcdKeys.Span span, long revision) {
    return of(span.first(), Compare.CompareResult.GREATER)
        .setRangeEnd(span.end())
        .setTarget(Compare.CompareTarget.CREATE)
        .setCreateRevision(revision - 1)
        .build();
  }

  /** The key does not exist or is not attached to a lease. */
  static Compare notHeld(ByteString key) {
    return of(key, Compare.CompareResult.EQUAL).setTargetValue(LEASE).build();
  }
}
