package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import io.elanus.api.http.Meters;
import io.elanus.api.milvus.proto.CollectionSchema;
import io.elanus.api.milvus.proto.CreateCollectionRequest;
import io.elanus.api.milvus.proto.InsertRequest;
import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.MilvusProto;
import io.elanus.api.milvus.proto.QueryRequest;
import io.elanus.api.milvus.proto.SearchRequest;
import io.elanus.api.milvus.proto.TemplateArrayValue;
import io.elanus.api.milvus.proto.TemplateValue;
import io.elanus.schema.ElanusException;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The shapes against the protocol's descriptors: no field is left undecided. */
final class RequestShapesTest {
  private static final int LATER = 20_000;

  /** Fields that are newer than the descriptors and known to say nothing. */
  private static final Map<String, Set<Integer>> NEWER =
      Map.of("ScalarField", Set.of(17), "VectorField", Set.of(9));

  private final Set<String> served =
      new MilvusService(
              new FakeProxy(),
              ServerInfo.standalone(),
              Authorizer.OFF,
              MilvusService.Limits.DEFAULTS,
              Meters.registry())
          .served();

  private static Descriptor request(String method) {
    return MilvusProto.getDescriptor()
        .findServiceByName("MilvusService")
        .findMethodByName(method)
        .getInputType();
  }

  @Test
  void everyFieldOfEveryRequestIsDecidedOn() {
    assertThat(served).hasSizeGreaterThan(50);
    for (String method : served) {
      compare(RequestShapes.of(method), request(method), new HashSet<>());
    }
  }

  private static void compare(Shape shape, Descriptor message, Set<Shape> seen) {
    if (!seen.add(shape)) {
      return;
    }
    Set<Integer> known = new TreeSet<>(shape.numbers());
    known.removeAll(NEWER.getOrDefault(message.getName(), Set.of()));
    assertThat(known)
        .as(message.getFullName())
        .isEqualTo(
            message.getFields().stream()
                .map(FieldDescriptor::getNumber)
                .collect(Collectors.toCollection(TreeSet::new)));
    for (FieldDescriptor field : message.getFields()) {
      Shape within = shape.within(field.getNumber());
      if (within != null && field.getType() == FieldDescriptor.Type.MESSAGE) {
        compare(within, field.getMessageType(), seen);
      }
    }
  }

  @Test
  void aFieldOfALaterProtocolIsRefusedByEveryMethod() {
    UnknownFieldSet later =
        UnknownFieldSet.newBuilder()
            .addField(LATER, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    for (String method : served) {
      byte[] bytes =
          DynamicMessage.newBuilder(request(method)).setUnknownFields(later).build().toByteArray();
      assertThatThrownBy(() -> RequestShapes.of(method).check(bytes))
          .as(method)
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining("fields of a later protocol")
          .hasMessageContaining(String.valueOf(LATER));
    }
  }

  @Test
  void aFieldOfALaterProtocolInsideIsRefusedToo() {
    UnknownFieldSet later =
        UnknownFieldSet.newBuilder()
            .addField(LATER, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    byte[] search =
        SearchRequest.newBuilder()
            .addSearchParams(KeyValuePair.newBuilder().setKey("k").setUnknownFields(later))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> RequestShapes.of("Search").check(search))
        .hasMessageContaining("(in KeyValuePair)");
    byte[] create =
        CreateCollectionRequest.newBuilder()
            .setSchema(CollectionSchema.newBuilder().setUnknownFields(later).build().toByteString())
            .build()
            .toByteArray();
    assertThatThrownBy(() -> RequestShapes.of("CreateCollection").check(create))
        .hasMessageContaining("(in CollectionSchema)");
  }

  @Test
  void fieldsThatAreNotBuiltAreRefusedByName() {
    Map<String, String> fields =
        Map.of(
            "Search", "travel_timestamp",
            "Query", "namespace",
            "DescribeCollection", "time_stamp",
            "ManualCompaction", "l0Compaction",
            "AlterDatabase", "db_id");
    fields.forEach((method, name) -> {
      FieldDescriptor field = request(method).findFieldByName(name);
      Object value =
          switch (field.getJavaType()) {
            case STRING -> "x";
            case LONG -> 7L;
            case BOOLEAN -> true;
            default -> throw new AssertionError(field);
          };
      DynamicMessage message =
          DynamicMessage.newBuilder(request(method)).setField(field, value).build();
      assertThatThrownBy(() -> RequestShapes.of(method).check(message.toByteArray()))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining("request field " + name + " is not supported yet");
    });
  }

  @Test
  void anEmptyNamespaceSaysNothing() {
    byte[] query = QueryRequest.newBuilder().setNamespace("").build().toByteArray();
    assertThatCode(() -> RequestShapes.of("Query").check(query)).doesNotThrowAnyException();
    byte[] insert = InsertRequest.newBuilder().setNamespace("").build().toByteArray();
    assertThatCode(() -> RequestShapes.of("Insert").check(insert)).doesNotThrowAnyException();
  }

  @Test
  void smallElementsWeighWhatTheyTakeInMemory() {
    SearchRequest names =
        SearchRequest.newBuilder().addAllOutputFields(Collections.nCopies(100_000, "")).build();
    assertThat(names.getSerializedSize()).isEqualTo(200_000);
    assertThat(RequestShapes.of("Search").check(names.toByteArray())).isGreaterThan(4_000_000);
    LongArray ids = LongArray.newBuilder().addAllData(Collections.nCopies(100_000, 1L)).build();
    QueryRequest values =
        QueryRequest.newBuilder()
            .putExprTemplateValues(
                "ids",
                TemplateValue.newBuilder()
                    .setArrayVal(TemplateArrayValue.newBuilder().setLongData(ids))
                    .build())
            .build();
    assertThat(RequestShapes.of("Query").check(values.toByteArray())).isGreaterThan(4_000_000);
  }

  @Test
  void whatIsNoMessageIsToldAsOne() {
    byte[] cutOff = {0x0a, (byte) 0xff, 0x01};
    assertThatThrownBy(() -> RequestShapes.of("Search").check(cutOff))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.INTERNAL));
    byte[] inside =
        SearchRequest.newBuilder()
            .setPlaceholderGroup(ByteString.copyFrom(cutOff))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> RequestShapes.of("Search").check(inside))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("PlaceholderGroup in the request cannot be read");
  }

  @Test
  void depthIsBounded() {
    TemplateArrayValue array = TemplateArrayValue.getDefaultInstance();
    for (int i = 0; i < 90; i++) {
      array =
          TemplateArrayValue.newBuilder()
              .setArrayData(
                  io.elanus.api.milvus.proto.TemplateArrayValueArray.newBuilder().addData(array))
              .build();
    }
    byte[] query =
        QueryRequest.newBuilder()
            .putExprTemplateValues("x", TemplateValue.newBuilder().setArrayVal(array).build())
            .build()
            .toByteArray();
    assertThatThrownBy(() -> RequestShapes.of("Query").check(query))
        .isInstanceOf(StatusRuntimeException.class);
  }
}
