package io.elanus.roles.codec;

import io.elanus.expression.Filter;
import io.elanus.expression.FilterCodec;

/** Filters: u32 bytes and their own format. */
final class Filters {
  private Filters() {}

  static final Form FILTER =
      new Form() {
        @Override
        public void write(Sink sink, Object value) {
          PrimitiveArrays.BYTES.write(sink, FilterCodec.encode((Filter) value));
        }

        @Override
        public Object read(Source source) {
          return FilterCodec.decode((byte[]) PrimitiveArrays.BYTES.read(source));
        }

        @Override
        public Object absent() {
          throw Source.damaged("a filter is missing");
        }
      };
}
