package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.ArrayArray;
import io.elanus.api.milvus.proto.BoolArray;
import io.elanus.api.milvus.proto.FieldData;
import io.elanus.api.milvus.proto.FloatArray;
import io.elanus.api.milvus.proto.IntArray;
import io.elanus.api.milvus.proto.JSONArray;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.ScalarField;
import io.elanus.api.milvus.proto.SparseFloatArray;
import io.elanus.api.milvus.proto.StringArray;
import io.elanus.api.milvus.proto.VectorField;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FieldDataTest {
  @Test
  void wholeNumbersOfEveryWidth() {
    for (DataType type : List.of(DataType.INT8, DataType.INT16, DataType.INT32)) {
      FieldData sent =
          data(
              type,
              ScalarField.newBuilder()
                  .setIntData(IntArray.newBuilder().addData(-5).addData(0).addData(127)));
      assertThat(values(read(sent, field(type, false), 3))).containsExactly(-5L, 0L, 127L);
    }
    FieldData sent =
        data(
            DataType.INT64,
            ScalarField.newBuilder()
                .setLongData(LongArray.newBuilder().addData(Long.MIN_VALUE).addData(1)));
    assertThat(values(read(sent, field(DataType.INT64, false), 2)))
        .containsExactly(Long.MIN_VALUE, 1L);
  }

  @Test
  void compactNullableNumbersAreSpread() {
    FieldData sent =
        data(
                DataType.INT32,
                ScalarField.newBuilder().setIntData(IntArray.newBuilder().addData(7).addData(9)))
            .toBuilder()
            .addAllValidData(List.of(true, false, true))
            .build();
    Column column = read(sent, field(DataType.INT32, true), 3);
    assertThat(values(column)).containsExactly(7L, null, 9L);
    FieldData answer = FieldDataWriter.write(field(DataType.INT32, true), column);
    assertThat(answer.getValidDataList()).containsExactly(true, false, true);
    assertThat(answer.getScalars().getIntData().getDataList()).containsExactly(7, 0, 9);
  }

  @Test
  void booleansTextsAndJsonGoRoundAsTheyAre() {
    roundTrip(
        data(
            DataType.BOOL,
            ScalarField.newBuilder()
                .setBoolData(BoolArray.newBuilder().addData(true).addData(false).addData(true))),
        3);
    roundTrip(
        data(
            DataType.VARCHAR,
            ScalarField.newBuilder()
                .setStringData(StringArray.newBuilder().addData("").addData("grüße").addData("x"))),
        3);
    roundTrip(
        data(
            DataType.JSON,
            ScalarField.newBuilder()
                .setJsonData(
                    JSONArray.newBuilder().addData(ByteString.copyFromUtf8("{\"a\": [1, 2]}")))),
        1);
  }

  @Test
  void arraysKeepTheirElementType() {
    ScalarField one =
        ScalarField.newBuilder().setLongData(LongArray.newBuilder().addData(4).addData(5)).build();
    ScalarField none = ScalarField.newBuilder().setLongData(LongArray.newBuilder()).build();
    FieldData sent =
        data(
            DataType.ARRAY,
            ScalarField.newBuilder()
                .setArrayData(
                    ArrayArray.newBuilder()
                        .addData(one)
                        .addData(none)
                        .setElementType(io.elanus.api.milvus.proto.DataType.Int64)));
    Column column = read(sent, array(DataType.INT64), 2);
    assertThat(values(column)).containsExactly(List.of(4L, 5L), List.of());
    assertThat(FieldDataWriter.write(array(DataType.INT64), column).getScalars())
        .isEqualTo(sent.getScalars());
    ScalarField texts =
        ScalarField.newBuilder().setStringData(StringArray.newBuilder().addData("a")).build();
    FieldData wrong =
        data(
            DataType.ARRAY,
            ScalarField.newBuilder().setArrayData(ArrayArray.newBuilder().addData(texts)));
    refused(wrong, array(DataType.INT64), 1, "does not match the element type");
  }

  @Test
  void floatVectorsAreBorrowedFromTheMessage() {
    FieldData sent = vectors(DataType.FLOAT_VECTOR, 2, floats(1, 2, 3, 4));
    Column column = read(sent, vector(DataType.FLOAT_VECTOR, 2, false), 2);
    assertThat(floatsOf(column)).containsExactly(1f, 2f, 3f, 4f);
    assertThat(FieldDataWriter.write(vector(DataType.FLOAT_VECTOR, 2, false), column).getVectors())
        .isEqualTo(sent.getVectors());
  }

  @Test
  void nullableVectorsAreCompactBothWays() {
    FieldData sent =
        vectors(DataType.FLOAT_VECTOR, 2, floats(1, 2, 3, 4)).toBuilder()
            .addAllValidData(List.of(true, false, true))
            .build();
    FieldSchema field = vector(DataType.FLOAT_VECTOR, 2, true);
    Column column = read(sent, field, 3);
    assertThat(floatsOf(column)).containsExactly(1f, 2f, 0f, 0f, 3f, 4f);
    assertThat(column.isNull(1)).isTrue();
    FieldData answer = FieldDataWriter.write(field, column);
    assertThat(answer.getVectors()).isEqualTo(sent.getVectors());
    assertThat(answer.getValidDataList()).containsExactly(true, false, true);
  }

  @Test
  void byteVectorsGoRound() {
    roundTrip(
        FieldData.newBuilder()
            .setTypeValue(DataType.BINARY_VECTOR.wireNumber())
            .setFieldName("f")
            .setVectors(
                VectorField.newBuilder()
                    .setDim(16)
                    .setBinaryVector(ByteString.copyFrom(new byte[] {1, 2, 3, 4})))
            .build(),
        2);
    roundTrip(
        FieldData.newBuilder()
            .setTypeValue(DataType.INT8_VECTOR.wireNumber())
            .setFieldName("f")
            .setVectors(
                VectorField.newBuilder()
                    .setDim(3)
                    .setInt8Vector(ByteString.copyFrom(new byte[] {-1, 2, 3})))
            .build(),
        1);
  }

  @Test
  void halfPrecisionFieldsTakeFloats() {
    FieldData sent = vectors(DataType.FLOAT_VECTOR, 2, floats(1f, -0.5f));
    Column column = read(sent, vector(DataType.FLOAT16_VECTOR, 2, false), 1);
    assertThat(column.type()).isEqualTo(DataType.FLOAT_VECTOR);
    assertThat(floatsOf(column)).containsExactly(1f, -0.5f);
  }

  @Test
  void wrongVectorsAreRefusedWithMilvusTexts() {
    FieldSchema field = vector(DataType.FLOAT_VECTOR, 4, false);
    refused(
        vectors(DataType.FLOAT_VECTOR, 2, floats(1, 2)),
        field,
        1,
        "the dim (2) of field data(f) is not equal to schema dim (4): invalid parameter");
    refused(
        vectors(DataType.FLOAT_VECTOR, 4, floats(1, 2, 3)),
        field,
        1,
        "float data should divide the dim(4)");
    refused(
        vectors(DataType.FLOAT_VECTOR, 4, floats(1, 2, 3, 4)),
        field,
        2,
        "the num_rows (1) of field (f) is not equal to passed num_rows (2)");
    refused(
        FieldData.newBuilder().setFieldName("f").build(),
        field,
        1,
        "float vector field 'f' is illegal, array type mismatch: invalid parameter"
            + "[expected=need float vector][actual=got nil]");
    refused(
        vectors(DataType.FLOAT_VECTOR, 4, floats(1, 2, 3, 4)).toBuilder()
            .addValidData(true)
            .build(),
        field,
        1,
        "the length of valid_data of field(f) is wrong");
  }

  @Test
  void sparseRowsSayTheirLargestIndex() {
    FieldSchema field = vector(DataType.SPARSE_FLOAT_VECTOR, 0, false);
    FieldData sent = sparse(pairs(1, 0.5f, 7, 2f), ByteString.EMPTY);
    Column column = read(sent, field, 2);
    VectorField answer = FieldDataWriter.write(field, column).getVectors();
    assertThat(answer.getDim()).isEqualTo(8);
    assertThat(answer.getSparseFloatVector().getContentsList())
        .isEqualTo(sent.getVectors().getSparseFloatVector().getContentsList());
  }

  @Test
  void truncatedMessagesNeverReadBeyondTheirEnd() {
    byte[] whole = vectors(DataType.FLOAT_VECTOR, 4, floats(1, 2, 3, 4)).toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        WireField field = WireField.read(new WireReader.Slice(cut, 0, cut.length));
        FieldDataReader.read(field, vector(DataType.FLOAT_VECTOR, 4, false), 1);
      } catch (ElanusException | io.grpc.StatusRuntimeException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  // ---- builders

  private static void roundTrip(FieldData sent, int rows) {
    DataType type = DataType.ofWireNumber(sent.getTypeValue());
    FieldSchema field =
        type.isVector()
            ? vector(type, (int) sent.getVectors().getDim(), false)
            : field(type, false);
    FieldData answer = FieldDataWriter.write(field, read(sent, field, rows));
    assertThat(answer.getScalars()).isEqualTo(sent.getScalars());
    assertThat(answer.getVectors()).isEqualTo(sent.getVectors());
  }

  private static Column read(FieldData sent, FieldSchema field, int rows) {
    byte[] bytes = sent.toByteArray();
    return FieldDataReader.read(
        WireField.read(new WireReader.Slice(bytes, 0, bytes.length)), field, rows);
  }

  private static void refused(FieldData sent, FieldSchema field, int rows, String fragment) {
    assertThatThrownBy(() -> read(sent, field, rows))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining(fragment);
  }

  private static List<Object> values(Column column) {
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < column.rows(); row++) {
      values.add(column.value(row));
    }
    return values;
  }

  private static float[] floatsOf(Column column) {
    Column.Fixed fixed = (Column.Fixed) column;
    float[] floats = new float[(int) (fixed.data().byteSize() / 4)];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = fixed.data().get(Column.FLOAT, 4L * i);
    }
    return floats;
  }

  private static FieldData data(DataType type, ScalarField.Builder scalars) {
    return FieldData.newBuilder()
        .setTypeValue(type.wireNumber())
        .setFieldName("f")
        .setScalars(scalars)
        .build();
  }

  private static FieldData vectors(DataType type, int dimension, FloatArray floats) {
    return FieldData.newBuilder()
        .setTypeValue(type.wireNumber())
        .setFieldName("f")
        .setVectors(VectorField.newBuilder().setDim(dimension).setFloatVector(floats))
        .build();
  }

  private static FieldData sparse(ByteString... rows) {
    return FieldData.newBuilder()
        .setTypeValue(DataType.SPARSE_FLOAT_VECTOR.wireNumber())
        .setFieldName("f")
        .setVectors(
            VectorField.newBuilder()
                .setSparseFloatVector(
                    SparseFloatArray.newBuilder().addAllContents(Arrays.asList(rows))))
        .build();
  }

  private static ByteString pairs(Object... indexesAndValues) {
    ByteBuffer pairs =
        ByteBuffer.allocate(4 * indexesAndValues.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Object part : indexesAndValues) {
      if (part instanceof Integer index) {
        pairs.putInt(index);
      } else {
        pairs.putFloat((Float) part);
      }
    }
    return ByteString.copyFrom(pairs.flip());
  }

  private static FloatArray floats(float... floats) {
    FloatArray.Builder array = FloatArray.newBuilder();
    for (float value : floats) {
      array.addData(value);
    }
    return array.build();
  }

  private static FieldSchema vector(DataType type, int dimension, boolean nullable) {
    return schema(
        type,
        Optional.empty(),
        nullable,
        dimension == 0 ? Map.of() : Map.of("dim", "" + dimension));
  }

  private static FieldSchema field(DataType type, boolean nullable) {
    return schema(type, Optional.empty(), nullable, Map.of());
  }

  private static FieldSchema array(DataType elementType) {
    return schema(DataType.ARRAY, Optional.of(elementType), false, Map.of());
  }

  private static FieldSchema schema(
      DataType type, Optional<DataType> elementType, boolean nullable, Map<String, String> more) {
    return new FieldSchema(
        101,
        "f",
        "",
        type,
        elementType,
        false,
        false,
        false,
        false,
        nullable,
        false,
        Optional.empty(),
        more);
  }
}
