package io.elanus.quickstart;

import io.elanus.text.TextEmbedder;
import io.milvus.v2.exception.MilvusClientException;
import io.milvus.v2.service.vector.response.SearchResp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** {@code elanus quickstart [--ask TEXT …] [--texts FILE.jsonl] [--data DIR] [--exit]}. */
public final class Quickstart {
  private static final int BATCH = 100;
  private static final List<String> USUAL_QUESTIONS =
      List.of(
          "how does heat reach the nose of a body at high speed?",
          "why do thin plates buckle?",
          "what happens to lift when a propeller blows over a wing?");

  private final TextEmbedder embedder = new LocalEmbedder();
  private final Texts texts;
  private final List<String> questions;
  private final List<float[]> vectors = new ArrayList<>();

  private Quickstart(Texts texts, List<String> questions) {
    this.texts = texts;
    this.questions = questions;
  }

  public static void main(String[] arguments) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(Quickstart::removeScratch));
    try {
      run(arguments);
    } catch (IOException | IllegalArgumentException | MilvusClientException failure) {
      System.err.println("elanus quickstart: " + failure.getMessage());
      System.exit(1);
    }
    System.exit(0);
  }

  private static void run(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("elanus.home", "."));
    List<String> asked = new ArrayList<>();
    Path data = Path.of("quickstart-data");
    Texts texts = null;
    boolean exit = false;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--ask" -> asked.add(valueOf(arguments, ++i));
        case "--texts" -> texts = Texts.jsonLines(Path.of(valueOf(arguments, ++i)));
        case "--data" -> data = Path.of(valueOf(arguments, ++i));
        case "--exit" -> exit = true;
        default -> throw usage("unknown argument " + arguments[i]);
      }
    }
    boolean own = texts != null;
    Texts chosen = texts != null ? texts : Texts.cranfield(home.resolve("examples/cranfield"));
    List<String> questions = asked.isEmpty() && !own ? USUAL_QUESTIONS : asked;
    try (ServerProcess server = ServerProcess.start(home, data.toAbsolutePath())) {
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      System.out.println(server.readyLine());
      new Quickstart(chosen, questions).run(server);
      if (!exit) {
        System.out.println("\nServing until Ctrl-C.");
        server.waitUntilItEnds();
      }
    }
  }

  /** The folder that the launcher made for this process: native libraries are unpacked there. */
  private static void removeScratch() {
    Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    if (!scratch.getFileName().toString().equals("quickstart." + ProcessHandle.current().pid())) {
      return;
    }
    try (Stream<Path> found = Files.walk(scratch)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException failure) {
      System.err.println("elanus quickstart: " + scratch + " stays, " + failure.getMessage());
    }
  }

  private static String valueOf(String[] arguments, int index) {
    if (index >= arguments.length) {
      throw usage(arguments[index - 1] + " wants a value");
    }
    return arguments[index];
  }

  private static IllegalArgumentException usage(String wrong) {
    System.err.println(
        "elanus quickstart: "
            + wrong
            + "\nusage: elanus quickstart [--ask TEXT ...] [--texts FILE.jsonl] [--data DIR] [--exit]");
    System.exit(2);
    return new IllegalArgumentException(wrong);
  }

  private void run(ServerProcess server) throws IOException {
    try (TextCollection collection = new TextCollection(server.uri())) {
      if (collection.create(embedder.dimension())) {
        System.out.println("the collection " + TextCollection.NAME + " was there and is made anew");
      }
      load(collection);
      questions.forEach(question -> ask(collection, question));
      if (!texts.questions().isEmpty()) {
        judge(collection);
      }
    }
    System.out.printf(
        """

        Connect from Python:   pip install pymilvus
          from pymilvus import MilvusClient
          client = MilvusClient(uri="%s")
          client.query("%s", filter="id < 5", output_fields=["title"])
        """,
        server.uri(), TextCollection.NAME);
  }

  private void load(TextCollection collection) {
    List<Texts.Text> all = texts.texts();
    long begun = System.nanoTime();
    Progress progress = Progress.of(all.size());
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Texts.Text> batch = all.subList(from, Math.min(all.size(), from + BATCH));
      List<float[]> embedded =
          embedder.embed(batch.stream().map(text -> text.title() + "\n" + text.body()).toList());
      collection.insert(batch, embedded);
      vectors.addAll(embedded);
      progress.stored(from + batch.size(), seconds(begun));
    }
    collection.flush();
  }

  private void ask(TextCollection collection, String question) {
    float[] vector = embedder.embed(List.of(question)).getFirst();
    System.out.println("\n? " + question);
    for (SearchResp.SearchResult hit : collection.search(vector, 3, List.of("title", "text"))) {
      String title = String.valueOf(hit.getEntity().get("title"));
      String shown = title.isEmpty() ? String.valueOf(hit.getEntity().get("text")) : title;
      System.out.printf(
          Locale.ROOT,
          "  %.3f  [%s] %s%n",
          hit.getScore(),
          hit.getId(),
          shown.substring(0, Math.min(100, shown.length())));
    }
  }

  private void judge(TextCollection collection) {
    double served = 0;
    double exact = 0;
    List<float[]> asked =
        embedder.embed(texts.questions().stream().map(Texts.Judged::question).toList());
    for (int q = 0; q < asked.size(); q++) {
      Texts.Judged judged = texts.questions().get(q);
      List<Long> hits =
          collection.search(asked.get(q), Ndcg.DEPTH, List.of()).stream()
              .map(hit -> (Long) hit.getId())
              .toList();
      served += Ndcg.at10(hits, judged.relevant());
      exact += Ndcg.at10(exactTop(asked.get(q)), judged.relevant());
    }
    System.out.printf(
        Locale.ROOT,
        "%nnDCG@10 over %d judged questions: %.4f by the index, %.4f by an exact scan%n",
        asked.size(),
        served / asked.size(),
        exact / asked.size());
  }

  private List<Long> exactTop(float[] query) {
    double[] scores = new double[vectors.size()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = cosine(query, vectors.get(row));
    }
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer row) -> -scores[row]))
        .limit(Ndcg.DEPTH)
        .map(row -> texts.texts().get(row).id())
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double normA = 0;
    double normB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      normA += (double) a[i] * a[i];
      normB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(normA * normB);
  }

  private static double seconds(long begunNanos) {
    return (System.nanoTime() - begunNanos) / 1e9;
  }
}
