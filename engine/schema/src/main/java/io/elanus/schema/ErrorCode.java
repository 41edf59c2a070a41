package io.elanus.schema;

/**
 * What went wrong, and whose fault it is. Numbers are Milvus codes, so that clients of Milvus
 * recognise them; {@link #baseText} is the sentence Milvus puts at the end of the message.
 */
public enum ErrorCode {
  NOT_READY(1, "service not ready", Blame.RETRY),
  UNAVAILABLE(2, "service unavailable", Blame.RETRY),
  MEMORY_LIMIT(3, "memory limit exceeded", Blame.SHED),
  QUEUE_FULL(4, "too many concurrent requests, queue is full", Blame.RETRY),
  INTERNAL(5, "service internal error", Blame.WAKE),
  DISK_LIMIT(7, "disk limit exceeded", Blame.RETRY),
  RATE_LIMIT(8, "rate limit exceeded", Blame.RETRY),
  QUOTA_EXCEEDED(9, "quota exceeded", Blame.SHED),
  UNIMPLEMENTED(10, "service unimplemented", Blame.CALLER),
  RESOURCE_INSUFFICIENT(12, "service resource insufficient", Blame.RETRY),
  COLLECTION_NOT_FOUND(100, "collection not found", Blame.CALLER),
  COLLECTION_NOT_LOADED(101, "collection not loaded", Blame.CALLER),
  COLLECTION_LIMIT(102, "exceeded the limit number of collections", Blame.CALLER),
  COLLECTION_NOT_FULLY_LOADED(103, "collection not fully loaded", Blame.RETRY),
  COLLECTION_LOADED(104, "collection already loaded", Blame.CALLER),
  ILLEGAL_SCHEMA(105, "illegal collection schema", Blame.CALLER),
  SCHEMA_MISMATCH(109, "collection schema mismatch", Blame.CALLER),
  PARTITION_NOT_FOUND(200, "partition not found", Blame.CALLER),
  PARTITION_NOT_LOADED(201, "partition not loaded", Blame.CALLER),
  CAPACITY_EXCEEDED(250, "general capacity exceeded", Blame.CALLER),
  RESOURCE_GROUP_NOT_FOUND(300, "resource group not found", Blame.CALLER),
  RESOURCE_GROUP_EXISTS(
      301, "resource group already exist, but create with different config", Blame.CALLER),
  RESOURCE_GROUP_LIMIT(302, "resource group num reach limit", Blame.CALLER),
  RESOURCE_GROUP_ILLEGAL_CONFIG(303, "resource group illegal config", Blame.CALLER),
  RESOURCE_GROUP_NODES_SHORT(304, "resource group node not enough", Blame.CALLER),
  CHANNEL_NOT_FOUND(500, "channel not found", Blame.RETRY),
  CHANNEL_NOT_AVAILABLE(503, "channel not available", Blame.RETRY),
  TIMESTAMP_LAG(505, "channel checkpoint exceed max lag", Blame.CALLER),
  SEGMENT_NOT_FOUND(600, "segment not found", Blame.RETRY),
  INDEX_NOT_FOUND(700, "index not found", Blame.CALLER),
  INDEX_NOT_SUPPORTED(701, "index type not supported", Blame.CALLER),
  INDEX_DUPLICATE(702, "index duplicates", Blame.CALLER),
  DATABASE_NOT_FOUND(800, "database not found", Blame.CALLER),
  DATABASE_LIMIT(801, "exceeded the limit number of database", Blame.CALLER),
  INVALID_DATABASE_NAME(802, "invalid database name", Blame.CALLER),
  NODE_NOT_FOUND(901, "node not found", Blame.CALLER),
  IO_FAILED(1001, "IO failed", Blame.WAKE),
  DATA_INTEGRITY(1009, "data integrity", Blame.WAKE),
  INVALID_PARAMETER(1100, "invalid parameter", Blame.CALLER),
  MISSING_PARAMETER(1101, "missing parameter", Blame.CALLER),
  PARAMETER_TOO_LARGE(1102, "parameter too large", Blame.CALLER),
  METRIC_NOT_FOUND(1200, "metric not found", Blame.CALLER),
  NOT_AUTHENTICATED(1400, "not authenticated", Blame.CALLER),
  PRIVILEGE_NOT_PERMITTED(1401, "privilege not permitted", Blame.CALLER),
  ALIAS_NOT_FOUND(1600, "alias not found", Blame.CALLER),
  ALIAS_NAME_CONFLICT(1601, "alias and collection name conflict", Blame.CALLER),
  ALIAS_EXISTS(1602, "alias already exist", Blame.CALLER),
  FIELD_NOT_FOUND(1700, "field not found", Blame.CALLER),
  FIELD_NAME_INVALID(1701, "field name invalid", Blame.CALLER),
  SEGMENT_ENGINE(2000, "segcore error", Blame.CALLER),
  QUERY_PLAN(2201, "query plan failed", Blame.CALLER),
  UNSUPPORTED(3000, "unsupported operation", Blame.CALLER),
  CANCELLED(10000, "canceled", Blame.RETRY),
  TIMEOUT(10001, "timeout", Blame.RETRY),
  UNEXPECTED(65535, "unexpected error", Blame.WAKE);

  /** Who has to act on an error. */
  public enum Blame {
    /** The request is at fault; repeating it changes nothing. */
    CALLER,
    /** A passing condition; the same request may succeed later. */
    RETRY,
    /** The process protects itself; the caller should send less. */
    SHED,
    /** A person should look. */
    WAKE
  }

  private final int milvusCode;
  private final String baseText;
  private final Blame blame;

  ErrorCode(int milvusCode, String baseText, Blame blame) {
    this.milvusCode = milvusCode;
    this.baseText = baseText;
    this.blame = blame;
  }

  public int milvusCode() {
    return milvusCode;
  }

  public String baseText() {
    return baseText;
  }

  public Blame blame() {
    return blame;
  }

  public boolean retriable() {
    return blame == Blame.RETRY;
  }
}
