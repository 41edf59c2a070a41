package io.elanus.metadata;

import java.util.SortedMap;

/** Where a {@link MapMetadataStore} makes its transactions durable. Used under the store's lock. */
interface Journal extends AutoCloseable {
  /** Keeps nothing. */
  Journal NONE =
      new Journal() {
        @Override
        public void append(long revision, Transaction transaction) {}

        @Override
        public void committed(long revision, SortedMap<String, Versioned> entries) {}

        @Override
        public void close() {}
      };

  /** Makes a transaction durable, or throws. */
  void append(long revision, Transaction transaction);

  /** Called after a transaction was applied, with everything there is; the time for a snapshot. */
  void committed(long revision, SortedMap<String, Versioned> entries);

  @Override
  void close();
}
