package io.elanus.api.milvus;

import io.elanus.api.milvus.proto.IDs;
import io.elanus.api.milvus.proto.LongArray;
import io.elanus.api.milvus.proto.StringArray;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Keys;

/** Primary keys; an empty list still says which kind it is. */
final class WireKeys {
  private WireKeys() {}

  static IDs write(Keys keys) {
    return switch (keys) {
      case Keys.Longs longs -> {
        LongArray.Builder array = LongArray.newBuilder();
        for (long key : longs.keys()) {
          array.addData(key);
        }
        yield IDs.newBuilder().setIntId(array).build();
      }
      case Keys.Texts texts ->
          IDs.newBuilder().setStrId(StringArray.newBuilder().addAllData(texts.keys())).build();
    };
  }

  static Keys read(IDs ids) {
    return switch (ids.getIdFieldCase()) {
      case INT_ID -> {
        long[] keys = new long[ids.getIntId().getDataCount()];
        for (int i = 0; i < keys.length; i++) {
          keys[i] = ids.getIntId().getData(i);
        }
        yield new Keys.Longs(keys);
      }
      case STR_ID -> Keys.of(ids.getStrId().getDataList());
      case IDFIELD_NOT_SET -> throw ElanusException.invalid("ids of the search are empty");
    };
  }
}
