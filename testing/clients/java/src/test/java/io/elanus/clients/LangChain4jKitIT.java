package io.elanus.clients;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithFilteringIT;
import dev.langchain4j.store.embedding.milvus.MilvusEmbeddingStore;
import io.milvus.common.clientenum.ConsistencyLevelEnum;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** LangChain4j's published kit for embedding stores, through its Milvus store, against Elanus. */
class LangChain4jKitIT extends EmbeddingStoreWithFilteringIT {
  private static final EmbeddingModel MODEL = new AllMiniLmL6V2QuantizedEmbeddingModel();
  private static ElanusProcess server;

  private MilvusEmbeddingStore store;

  @BeforeAll
  static void startServer() throws IOException {
    server = ElanusProcess.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected void ensureStoreIsReady() {
    if (store == null) {
      store =
          MilvusEmbeddingStore.builder()
              .uri(server.uri())
              .username("root") // this store's builder does not connect without a name
              .password("Milvus")
              .collectionName("kit_" + UUID.randomUUID().toString().replace("-", ""))
              .dimension(MODEL.dimension())
              .consistencyLevel(ConsistencyLevelEnum.STRONG)
              .retrieveEmbeddingsOnSearch(true)
              .build();
    }
  }

  @AfterEach
  void forgetStore() {
    store = null;
  }

  @Override
  protected void ensureStoreIsEmpty() {}

  @Override
  protected EmbeddingStore<TextSegment> embeddingStore() {
    ensureStoreIsReady();
    return store;
  }

  @Override
  protected boolean supportsContains() {
    return true;
  }

  @Override
  protected EmbeddingModel embeddingModel() {
    return MODEL;
  }
}
