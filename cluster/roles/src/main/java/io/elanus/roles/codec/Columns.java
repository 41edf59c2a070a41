package io.elanus.roles.codec;

import io.elanus.schema.Column;
import io.elanus.schema.RowBatch;
import io.elanus.schema.RowBatchCodec;
import io.elanus.schema.RowBatchEncoder;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Row batches and single columns (a batch with field 0), u32 bytes and their own format. */
final class Columns {
  private Columns() {}

  static final Form BATCH =
      new Scalars.Scalar<RowBatch>(Columns::write, Columns::read, RowBatch.empty());

  static final Form COLUMN =
      new Form() {
        @Override
        public void write(Sink sink, Object value) {
          Column column = (Column) value;
          Columns.write(sink, new RowBatch(column.rows(), Map.of(0L, column)));
        }

        @Override
        public Object read(Source source) {
          return Columns.read(source).get(0);
        }

        @Override
        public Object absent() {
          throw Source.damaged("a column is missing");
        }
      };

  private static void write(Sink sink, RowBatch batch) {
    RowBatchEncoder encoder = new RowBatchEncoder(batch);
    sink.putInt(encoder.bytes());
    encoder.write(MemorySegment.ofBuffer(sink.space(encoder.bytes())));
  }

  private static RowBatch read(Source source) {
    return RowBatchCodec.decode(MemorySegment.ofBuffer(source.take(source.getInt())));
  }
}
