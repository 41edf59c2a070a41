package io.elanus.proxy;

import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.number;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.text;
import static io.elanus.proxy.TestSchemas.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.proxy.TestSchemas.Field;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CollectionChecksTest {
  private static Ddl.CreateCollection create(CollectionSchema schema) {
    return create(schema, 0, 0, Map.of());
  }

  private static Ddl.CreateCollection create(
      CollectionSchema schema, int shards, int partitions, Map<String, String> properties) {
    return new Ddl.CreateCollection(
        "default", schema, false, shards, partitions, Consistency.BOUNDED, properties);
  }

  private static Arguments refused(int code, String text, Field... fields) {
    return Arguments.of(create(schema("c", fields)), code, text);
  }

  private static Arguments property(int code, String text, String key, String value) {
    return Arguments.of(
        create(schema("c", id(), vector("v", 4)), 0, 0, Map.of(key, value)), code, text);
  }

  static Stream<Arguments> refusals() {
    Field v = vector("v", 4);
    Field[] many =
        IntStream.range(0, 65)
            .mapToObj(i -> i == 0 ? id() : i == 1 ? v : number("f" + i))
            .toArray(Field[]::new);
    Field[] manyVectors =
        IntStream.range(0, 12)
            .mapToObj(i -> i == 0 ? id() : vector("v" + i, 4))
            .toArray(Field[]::new);
    Stream<Arguments> schemas =
        Stream.of(
            refused(1100, "schema does not contain vector field", id()),
            refused(1101, "primary key is not specified", v),
            refused(
                1100,
                "there are more than one primary key, field name = id, id2",
                id(),
                number("id2").primary(),
                v),
            refused(
                1100,
                "the data type of primary key should be Int64 or VarChar",
                Field.of("id", DataType.FLOAT).primary(),
                v),
            refused(
                1100,
                "only primary field can speficy AutoID with true, field name = n",
                id(),
                number("n").generated(),
                v),
            refused(1100, "duplicated field name n found", id(), number("n"), number("n"), v),
            refused(1100, "maximum field's number should be limited to 64", many),
            refused(1100, "maximum vector field's number should be limited to 10", manyVectors),
            refused(
                1100,
                "invalid dimension: 1 of field v. should be in range 2 ~ 32768",
                id(),
                vector("v", 1)),
            refused(1100, "invalid dimension: 32769 of field v. ", id(), vector("v", 32769)),
            refused(
                1100,
                "invalid dimension: 12 of field b. binary vector dimension should be multiple of 8. ",
                id(),
                Field.of("b", DataType.BINARY_VECTOR).with("dim", 12)),
            refused(
                1100,
                "dimension is not defined in field type params of field v, check type param `dim` for vector field",
                id(),
                Field.of("v", DataType.FLOAT_VECTOR)),
            refused(
                1100,
                "dim should not be specified for sparse vector field",
                id(),
                Field.of("s", DataType.SPARSE_FLOAT_VECTOR).with("dim", 4)),
            refused(
                1101,
                "type param(max_length) should be specified for the field(t) of collection c",
                id(),
                v,
                Field.of("t", DataType.VARCHAR)),
            refused(
                1100,
                "the maximum length specified for the field(t) should be in (0, 65535], but got 65536 instead",
                id(),
                v,
                text("t", 65536)),
            refused(
                1101,
                "type param(max_capacity) should be specified for array field a of collection c",
                id(),
                v,
                Field.of("a", DataType.ARRAY).element(DataType.INT64)),
            refused(
                1100,
                "the maximum capacity specified for a Array should be in (0, 4096]",
                id(),
                v,
                Field.of("a", DataType.ARRAY).element(DataType.INT64).with("max_capacity", 4097)),
            refused(
                1100,
                "the value for max_capacity of field a must be an integer",
                id(),
                v,
                Field.of("a", DataType.ARRAY).element(DataType.INT64).with("max_capacity", "x")),
            refused(
                1100,
                "element data type None is not valid",
                id(),
                v,
                Field.of("a", DataType.ARRAY).with("max_capacity", 4)),
            refused(
                1100,
                "element type JSON is not supported",
                id(),
                v,
                Field.of("a", DataType.ARRAY).element(DataType.JSON).with("max_capacity", 4)),
            refused(
                1100,
                "nested array is not supported",
                id(),
                v,
                Field.of("a", DataType.ARRAY).element(DataType.ARRAY).with("max_capacity", 4)),
            refused(
                1100,
                "array of vector can only be in the struct array field",
                id(),
                v,
                Field.of("a", DataType.ARRAY)
                    .element(DataType.FLOAT_VECTOR)
                    .with("max_capacity", 4)),
            refused(
                1701,
                "Invalid field name: 1a. The first character of a field name must be an underscore or letter.",
                id(),
                v,
                number("1a")),
            refused(
                1701,
                "Invalid field name: a-b. Field name can only contain numbers, letters, and underscores.",
                id(),
                v,
                number("a-b")),
            refused(
                1701,
                "Invalid field name: like. like is keyword in milvus.",
                id(),
                v,
                number("like")),
            refused(
                1701,
                "field name should not be empty: field name invalid[field=]",
                id(),
                v,
                number("")),
            refused(1701, "RowID is keyword in milvus.", id(), v, number("RowID")),
            refused(1100, "primary field not support null", id().orNull(), v),
            refused(
                1100,
                "primary field not support default_value",
                id().otherwise(new Value.Int(1)),
                v),
            refused(
                1100,
                "partition key field not support nullable",
                id(),
                v,
                number("p").partition().orNull()),
            refused(
                1100,
                "there are more than one partition key, field name = p, q",
                id(),
                v,
                number("p").partition(),
                number("q").partition()),
            refused(1100, "the partition key field must not be primary field", id().partition(), v),
            refused(
                1100,
                "the data type of partition key should be Int64 or VarChar",
                id(),
                v,
                Field.of("p", DataType.BOOL).partition()),
            refused(
                105,
                "there are more than one clustering key, field name = p, q",
                id(),
                v,
                number("p").clustered(),
                number("q").clustered()),
            refused(
                1100,
                "clustering keys are not supported yet, field name = p",
                id(),
                v,
                number("p").clustered()),
            refused(
                1100,
                "type not support default_value, type:JSON, name:j",
                id(),
                v,
                Field.of("j", DataType.JSON).otherwise(new Value.Text("{}"))),
            refused(
                1100,
                "type (Int64) of field (n) is not equal to the type(VarChar) of default_value",
                id(),
                v,
                number("n").otherwise(new Value.Text("x"))),
            refused(
                1100,
                "the length (3) of string exceeds max length (2): invalid parameter[expected=valid length string][actual=string length exceeds max length]",
                id(),
                v,
                text("t", 2).otherwise(new Value.Text("abc"))),
            refused(
                1100,
                "enable_match of field t is not supported yet",
                id(),
                v,
                text("t", 9).with("enable_match", true)));
    Stream<Arguments> commands =
        Stream.of(
            Arguments.of(
                create(schema("c", id(), v), 17, 0, Map.of()),
                1100,
                "maximum shards's number should be limited to 16"),
            Arguments.of(
                create(schema("c", id(), v), 1, 4, Map.of()),
                1100,
                "num_partitions should only be specified with partition key field enabled"),
            Arguments.of(
                create(schema("c", id(), v, number("p").partition()), 1, 1025, Map.of()),
                1100,
                "partition number (1025) exceeds max configuration (1024)"),
            Arguments.of(
                create(schema("1c", id(), v)),
                1100,
                "Invalid collection name: 1c. the first character of a collection name must be an underscore or letter: invalid parameter"),
            property(
                105,
                "partition key isolation mode is enabled but no partition key field is set. Please set the partition key first",
                "partitionkey.isolation",
                "true"),
            property(1100, "unknown or invalid IANA Time Zone ID: Mars", "timezone", "Mars"),
            property(
                1100,
                "collection TTL is out of range, expect [-1, 3155760000], got 3155760001",
                "collection.ttl.seconds",
                "3155760001"),
            property(
                1100,
                "collection TTL is not a valid positive integer",
                "collection.ttl.seconds",
                "soon"),
            property(1100, "ttl field name x not found in schema", "ttl_field", "x"),
            property(1100, "ttl field must be timestamptz, field name = id", "ttl_field", "id"),
            property(1100, "invalid warmup policy", "warmup.vectorIndex", "later"),
            property(1100, "invalid mmap.enabled value", "mmap.enabled", "maybe"),
            property(
                1100,
                "property query_mode=large_topk is not supported yet",
                "query_mode",
                "large_topk"),
            property(
                1100,
                "property collection.insertRate.max.mb is not supported yet",
                "collection.insertRate.max.mb",
                "1"),
            property(
                1100,
                "property collection.ttl.second of a collection is not known",
                "collection.ttl.second",
                "60"),
            property(
                1100,
                "property collection.replica.number should be a number from 0, got many",
                "collection.replica.number",
                "many"),
            property(
                1100,
                "resource group name can only contain numbers, letters and underscores",
                "collection.resource_groups",
                "rg,r-g"),
            Arguments.of(
                create(schema("c", id(), v, Field.of("j", DataType.JSON).with("colour", 1))),
                1100,
                "type param colour of field j is not known"),
            Arguments.of(
                create(
                    schema(
                        "c", id(), v, Field.of("j", DataType.JSON).with("local_format", "vortex"))),
                1100,
                "local_format=vortex of field j is not supported yet"));
    return Stream.concat(schemas, commands);
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("refusals")
  void refusesWithCodeAndText(Ddl.CreateCollection command, int code, String text) {
    ElanusException refusal =
        catchThrowableOfType(
            ElanusException.class, () -> new CollectionChecks(FakeCluster.CONFIG).check(command));
    assertThat(refusal).isNotNull();
    assertThat(refusal.code().milvusCode()).isEqualTo(code);
    assertThat(refusal.getMessage()).contains(text);
  }

  @Test
  void acceptsAWellFormedSchema() {
    CollectionSchema schema =
        schema(
            "books_2",
            text("id", 64).primary().generated(),
            vector("v", 4),
            Field.of("b", DataType.BINARY_VECTOR).with("dim", 16),
            Field.of("s", DataType.SPARSE_FLOAT_VECTOR).orNull(),
            number("n").orNull().otherwise(new Value.Int(3)),
            Field.of("small", DataType.INT8).otherwise(new Value.Int(-128)),
            Field.of("f", DataType.FLOAT).otherwise(new Value.Real(1.5)),
            text("tenant", 64).partition(),
            Field.of("a", DataType.ARRAY)
                .element(DataType.VARCHAR)
                .with("max_capacity", 8)
                .with("max_length", 16));
    assertThatCode(() ->
            new CollectionChecks(FakeCluster.CONFIG)
                .check(
                    create(
                        schema,
                        2,
                        64,
                        Map.of(
                            "collection.ttl.seconds", "60",
                            "timezone", "Europe/Berlin",
                            "partitionkey.isolation", "true",
                            "my.own.key", "kept"))))
        .doesNotThrowAnyException();
  }
}
