package io.elanus.api.milvus;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request messages of the RPCs that are served, field by field: each is read, or says nothing
 * that an answer depends on ({@code passed}), or is refused. A test holds them against the
 * protocol's own descriptors, so that a field that a later protocol adds is decided on, too.
 */
final class RequestShapes {
  /** Who relays what for whom; only replication would make a difference. */
  private static final Shape BASE =
      Shape.of("MsgBase").passed(1, 2, 3, 4, 5, 6).refused(7, "base.replicateInfo");

  private static final Shape PAIR = Shape.of("KeyValuePair").texts(1, 2);
  private static final Shape TEXT_BY_TEXT = Shape.of("map entry").texts(1, 2);

  private static final Map<String, Shape> ALL = new HashMap<>();

  static {
    system();
    databases();
    collections();
    schemaChanges();
    partitionsAndAliases();
    loading();
    resourceGroups();
    indexes();
    rows();
    reads();
    segments();
  }

  private RequestShapes() {}

  /**
   * The shape of a method's requests.
   *
   * @throws IllegalArgumentException for a method that is not served
   */
  static Shape of(String method) {
    @Nullable Shape shape = ALL.get(method);
    if (shape == null) {
      throw new IllegalArgumentException("the request of " + method + " has no shape");
    }
    return shape;
  }

  /** Adds the request of a method: without {@code base}. */
  private static Shape bare(String method) {
    return bare(method, method + "Request");
  }

  private static Shape bare(String method, String message) {
    Shape shape = Shape.of(message);
    ALL.put(method, shape);
    return shape;
  }

  /** Adds the request of a method: {@code base} is its first field. */
  private static Shape request(String method) {
    return bare(method).message(1, BASE);
  }

  private static void system() {
    // What a client says about itself is taken as it comes.
    request("Connect").message(2, Shape.of("ClientInfo").texts(1, 2).passed(3, 4, 5, 6));
    bare("GetVersion");
    request("AllocTimestamp");
    bare("CheckHealth");
    bare("GetComponentStates");
    request("GetMetrics").texts(2);
    bare("Dummy").texts(1);
  }

  private static void databases() {
    request("CreateDatabase").texts(2).message(3, PAIR);
    request("DropDatabase").texts(2);
    request("AlterDatabase").texts(2, 5).refused(3, "db_id").message(4, PAIR);
    request("ListDatabases");
    request("DescribeDatabase").texts(2);
  }

  private static void collections() {
    request("CreateCollection")
        .texts(2, 3)
        .embedded(4, collectionSchema())
        .numbers(5, 6, 8)
        .message(7, PAIR);
    request("DropCollection").texts(2, 3);
    request("HasCollection").texts(2, 3).refused(4, "time_stamp");
    request("DescribeCollection").texts(2, 3).numbers(4).refused(5, "time_stamp");
    bare("BatchDescribeCollection").texts(1, 2).numbers(3);
    request("ShowCollections").texts(2, 5).refused(3, "time_stamp").numbers(4);
    request("RenameCollection").texts(2, 3, 4, 5);
    request("TruncateCollection").texts(2, 3);
    request("GetCollectionStatistics").texts(2, 3);
  }

  /** Ids, versions and the database are the server's to give, the key's autoID counts. */
  private static Shape collectionSchema() {
    return Shape.of("CollectionSchema")
        .texts(1, 2)
        .passed(3, 8, 10)
        .message(4, fieldSchema())
        .numbers(5)
        .message(6, PAIR)
        .passed(7, 9, 11, 12, 14, 15) // refused by SchemaTranslator
        .refused(13, "do_physical_backfill");
  }

  private static Shape fieldSchema() {
    return Shape.of("FieldSchema")
        .passed(1, 7, 9) // id, index_params and state: of old clients, without effect in Milvus
        .texts(2, 4)
        .numbers(3, 5, 8, 10, 13, 14, 15)
        .message(6, PAIR)
        .message(
            11, Shape.of("ValueField").numbers(1, 2, 3, 8, 9, 10).fixed(4, 5).texts(6).bytes(7))
        .passed(12, 16, 17); // refused by SchemaTranslator
  }

  private static void schemaChanges() {
    request("AlterCollection").texts(2, 3, 6).numbers(4).message(5, PAIR);
    request("AlterCollectionField").texts(2, 3, 4, 6).message(5, PAIR);
    request("AddCollectionField").texts(2, 3).numbers(4).embedded(5, fieldSchema());
    Shape added =
        Shape.of("AddRequest")
            .message(1, Shape.of("FieldInfo").message(1, fieldSchema()).texts(2).message(3, PAIR))
            .passed(2, 3); // refused by AlterRpcs
    Shape dropped =
        Shape.of("DropRequest")
            .texts(1, 3)
            .numbers(2)
            .refused(4, "drop_request.drop_function_output_fields");
    request("AlterCollectionSchema")
        .texts(2, 3)
        .numbers(4)
        .message(5, Shape.of("Action").message(1, added).message(2, dropped));
  }

  private static void partitionsAndAliases() {
    request("CreatePartition").texts(2, 3, 4);
    request("DropPartition").texts(2, 3, 4);
    request("HasPartition").texts(2, 3, 4);
    request("ShowPartitions").texts(2, 3, 5).numbers(4, 6);
    request("GetPartitionStatistics").texts(2, 3, 4);
    request("CreateAlias").texts(2, 3, 4);
    request("AlterAlias").texts(2, 3, 4);
    request("DropAlias").texts(2, 3);
    request("DescribeAlias").texts(2, 3);
    request("ListAliases").texts(2, 3);
  }

  private static void loading() {
    request("LoadCollection").texts(2, 3, 5, 7).numbers(4, 6, 8).message(9, TEXT_BY_TEXT);
    request("ReleaseCollection").texts(2, 3);
    request("LoadPartitions").texts(2, 3, 4, 6, 8).numbers(5, 7, 9).message(10, TEXT_BY_TEXT);
    request("ReleasePartitions").texts(2, 3, 4);
    request("GetLoadState").texts(2, 3, 4);
    request("GetLoadingProgress").texts(2, 3, 4);
    request("GetReplicas").numbers(2).passed(3).texts(4, 5); // shards are always told
  }

  private static void resourceGroups() {
    Shape number = Shape.of("ResourceGroupLimit").numbers(1);
    Shape other = Shape.of("ResourceGroupTransfer").texts(1);
    Shape config =
        Shape.of("ResourceGroupConfig")
            .message(1, number)
            .message(2, number)
            .message(3, other)
            .message(4, other)
            .message(5, Shape.of("ResourceGroupNodeFilter").message(1, PAIR));
    request("CreateResourceGroup").texts(2).message(3, config);
    request("UpdateResourceGroups").message(2, Shape.of("map entry").texts(1).message(2, config));
    request("DropResourceGroup").texts(2);
    request("DescribeResourceGroup").texts(2);
    request("ListResourceGroups");
    request("TransferNode").texts(2, 3).numbers(4);
    request("TransferReplica").texts(2, 3, 4, 6).numbers(5);
  }

  /** The timestamps are of clients that wait for an index: what is there now answers them. */
  private static void indexes() {
    request("CreateIndex").texts(2, 3, 4, 6).message(5, PAIR);
    request("DescribeIndex").texts(2, 3, 4, 5).passed(6);
    request("DropIndex").texts(2, 3, 4, 5);
    request("AlterIndex").texts(2, 3, 4, 6).message(5, PAIR);
    request("GetIndexStatistics").texts(2, 3, 4).passed(5);
    request("GetIndexState").texts(2, 3, 4, 5);
    request("GetIndexBuildProgress").texts(2, 3, 4, 5);
  }

  /** Hash keys are passed: the server hashes for itself, as Milvus does. */
  private static void rows() {
    Shape data = fieldData();
    request("Insert")
        .texts(2, 3, 4)
        .message(5, data)
        .passed(6)
        .numbers(7, 8)
        .refused(9, "namespace");
    request("Upsert")
        .texts(2, 3, 4)
        .message(5, data)
        .passed(6)
        .numbers(7, 8, 9)
        .refused(10, "namespace")
        .message(11, Shape.of("FieldPartialUpdateOp").texts(1).numbers(2));
    request("Delete")
        .texts(2, 3, 4)
        .filter(5)
        .passed(6)
        .numbers(7)
        .message(8, templates())
        .refused(9, "namespace");
  }

  /** Kinds of data that are not built are refused where rows are read, with the field's name. */
  private static Shape fieldData() {
    Shape element = Shape.of("ScalarField");
    scalars(element, element);
    Shape scalars = Shape.of("ScalarField").passed(17); // validity, once more
    scalars(scalars, element);
    Shape sparse = Shape.of("SparseFloatArray").bytes(1).passed(2);
    Shape vectors =
        Shape.of("VectorField")
            .numbers(1)
            .message(2, Shape.of("FloatArray").fixed(1))
            .inPlace(3, 4, 5, 7)
            .message(6, sparse)
            .passed(8, 9);
    return Shape.of("FieldData")
        .numbers(1, 6, 7)
        .texts(2)
        .message(3, scalars)
        .message(4, vectors)
        .passed(5, 8);
  }

  private static void scalars(Shape shape, Shape element) {
    Shape many = Shape.of("array of numbers").numbers(1);
    Shape fixed = Shape.of("array of numbers").fixed(1);
    Shape bytes = Shape.of("array of texts").bytes(1);
    shape
        .message(1, many)
        .message(2, many)
        .message(3, many)
        .message(4, fixed)
        .message(5, fixed)
        .message(6, bytes)
        .passed(7, 10, 11, 12, 13, 14, 15, 16)
        .message(8, Shape.of("ArrayArray").message(1, element).passed(2))
        .message(9, bytes);
  }

  private static Shape templates() {
    Shape array = Shape.of("TemplateArrayValue");
    array
        .message(1, Shape.of("BoolArray").boxed(1))
        .message(2, Shape.of("LongArray").boxed(1))
        .message(3, Shape.of("DoubleArray").boxed(1))
        .message(4, Shape.of("StringArray").texts(1))
        .message(5, Shape.of("TemplateArrayValueArray").message(1, array))
        .message(6, Shape.of("JSONArray").texts(1));
    Shape value =
        Shape.of("TemplateValue")
            .numbers(1, 2)
            .fixed(3)
            .texts(4)
            .message(5, array)
            .passed(6); // refused by Values
    return Shape.of("map entry").texts(1).message(2, value);
  }

  private static void reads() {
    Shape templates = templates();
    Shape function =
        Shape.of("FunctionSchema").texts(1, 3, 5, 7).numbers(2, 4, 6, 8).message(9, PAIR);
    Shape score = Shape.of("FunctionScore").message(1, function).message(2, PAIR);
    Shape search = request("Search");
    search(search, templates);
    request("HybridSearch")
        .texts(2, 3, 4, 10)
        .message(5, search)
        .message(6, PAIR)
        .refused(7, "travel_timestamp")
        .numbers(8, 11, 12)
        .passed(9)
        .message(13, score)
        .refused(14, "namespace")
        .refused(15, "function_chains");
    request("Query")
        .texts(2, 3, 5, 6)
        .filter(4)
        .refused(7, "travel_timestamp")
        .numbers(8, 11, 12)
        .message(9, PAIR)
        .passed(10)
        .message(13, templates)
        .refused(14, "namespace");
  }

  private static void search(Shape shape, Shape templates) {
    Shape placeholder = Shape.of("PlaceholderValue").texts(1).numbers(2, 4).bytes(3);
    Shape keys =
        Shape.of("IDs")
            .message(1, Shape.of("LongArray").numbers(1))
            .message(2, Shape.of("StringArray").texts(1));
    shape
        .texts(2, 3, 4, 8)
        .filter(5)
        .embedded(6, Shape.of("PlaceholderGroup").message(1, placeholder))
        .passed(7, 13) // there is one kind of filter, and the answer has all there is to say
        .message(9, PAIR)
        .refused(10, "travel_timestamp")
        .numbers(11, 12, 14, 15)
        .refused(16, "search_by_primary_keys")
        .refused(17, "sub_reqs")
        .message(18, templates)
        .refused(19, "function_score")
        .refused(20, "namespace")
        .refused(21, "highlighter")
        .message(22, keys)
        .refused(23, "search_aggregation")
        .refused(24, "function_chains");
  }

  private static void segments() {
    Shape target = Shape.of("FlushAllTarget").texts(1, 2);
    request("Flush").texts(2, 3);
    bare("GetFlushState").numbers(1, 2).texts(3, 4);
    request("FlushAll").texts(2).message(3, target);
    request("GetFlushAllState")
        .numbers(2)
        .texts(3)
        .message(4, target)
        .message(5, Shape.of("map entry").texts(1).numbers(2));
    request("GetPersistentSegmentInfo").texts(2, 3).numbers(4);
    request("GetQuerySegmentInfo").texts(2, 3);
    bare("ManualCompaction")
        .numbers(1, 6)
        .refused(2, "timetravel")
        .refused(3, "majorCompaction")
        .texts(4, 5)
        .refused(7, "channel")
        .refused(8, "segment_ids")
        .refused(9, "l0Compaction")
        .refused(10, "target_size");
    bare("GetCompactionState").numbers(1);
    bare("GetCompactionStateWithPlans", "GetCompactionPlansRequest").numbers(1).passed(2, 3, 4);
  }
}
