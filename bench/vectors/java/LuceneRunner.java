package io.elanus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene in one segment: a float graph whose effort is the k it is asked for, or, where the task
 * has words, its BM25 search. Documents are added in order, so a document's number is its row.
 */
final class LuceneRunner implements Engine {
  private final Task task;
  private final boolean text;
  private final float[][] vectors;
  private final List<Query> texts = new ArrayList<>();
  private IndexSearcher searcher;
  private int effort;

  private LuceneRunner(Task task) throws IOException {
    this.task = task;
    this.text = task.has("base_terms");
    this.vectors = text ? new float[0][] : Task.rows(task.path("query"), task.number("dimension"));
    if (text) {
      for (String line : Files.readAllLines(task.path("query_terms"))) {
        BooleanQuery.Builder words = new BooleanQuery.Builder();
        for (String word : line.split(" ")) {
          words.add(new TermQuery(new Term("t", word)), BooleanClause.Occur.SHOULD);
        }
        texts.add(words.build());
      }
    }
  }

  public static void main(String[] args) throws IOException {
    Task task = Task.of(args);
    new Sweep(task, new LuceneRunner(task)).run();
    System.exit(0);
  }

  private IndexWriterConfig config(Analyzer analyzer) {
    KnnVectorsFormat format = new Lucene99HnswVectorsFormat(16, 200, 1, null);
    return new IndexWriterConfig(analyzer)
        .setCodec(
            new Lucene104Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
              }
            })
        .setRAMBufferSizeMB(1900)
        .setUseCompoundFile(false)
        .setMergePolicy(NoMergePolicy.INSTANCE);
  }

  @Override
  public void build() throws IOException {
    try (FSDirectory directory = FSDirectory.open(task.path("folder"));
        IndexWriter writer = new IndexWriter(directory, config(new StandardAnalyzer()))) {
      if (text) {
        for (String line : Files.readAllLines(task.path("base_terms"))) {
          Document document = new Document();
          document.add(new TextField("t", line, Field.Store.NO));
          writer.addDocument(document);
        }
      } else {
        VectorSimilarityFunction similarity =
            task.text("metric").equals("L2")
                ? VectorSimilarityFunction.EUCLIDEAN
                : VectorSimilarityFunction.DOT_PRODUCT;
        for (float[] row : Task.rows(task.path("base"), task.number("dimension"))) {
          Document document = new Document();
          document.add(new KnnFloatVectorField("v", row, similarity));
          writer.addDocument(document);
        }
      }
      writer.commit();
    }
  }

  @Override
  public void open() throws IOException {
    Path folder = task.path("folder");
    DirectoryReader reader = DirectoryReader.open(new MMapDirectory(folder));
    if (reader.leaves().size() != 1) {
      throw new IllegalStateException("the index has " + reader.leaves().size() + " segments");
    }
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  @Override
  public void effort(double value) {
    effort = (int) value;
  }

  @Override
  public int[] search(int query) throws IOException {
    return found(text ? texts.get(query) : new KnnFloatVectorQuery("v", vectors[query], effort));
  }

  @Override
  public Object allow(long[] words) {
    return new RowsQuery(words, searcher.getIndexReader().maxDoc());
  }

  @Override
  public int[] search(int query, Object allowed) throws IOException {
    return found(new KnnFloatVectorQuery("v", vectors[query], effort, (Query) allowed));
  }

  private int[] found(Query query) throws IOException {
    ScoreDoc[] hits = searcher.search(query, task.number("k")).scoreDocs;
    int[] rows = new int[hits.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = hits[i].doc;
    }
    return rows;
  }
}
