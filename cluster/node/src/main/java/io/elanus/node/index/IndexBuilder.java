package io.elanus.node.index;

import io.elanus.disk.Failpoints;
import io.elanus.index.BuildContext;
import io.elanus.index.GpuIndexes;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexOrigin;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorRows;
import io.elanus.index.scalar.ScalarIndexes;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.IndexNode;
import io.elanus.roles.Segments;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Metric;
import io.elanus.segment.SealedSegment;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** The index node: one build at a time for each caller, on the pool of low priority. */
public final class IndexBuilder implements IndexNode {
  private final SegmentObjects objects;
  private final ExecutorService pool;
  private final int threads;
  private final BuildMemory memory;
  private final RunningBuilds running = new RunningBuilds();

  /**
   * What the building of a file told.
   *
   * @param checksum of the file; empty where nothing of it could be read
   */
  private record Facts(
      long resident,
      long foretold,
      String builtAs,
      Optional<Float> recall,
      Optional<Integer> checksum) {
    static final Facts NONE = new Facts(0, 0, "", Optional.empty(), Optional.empty());

    /** Of a scalar index. */
    static Facts of(Path file) {
      return new Facts(0, 0, "", Optional.empty(), Optional.of(IndexOrigin.checksum(file)));
    }
  }

  /**
   * @param pool platform threads of low priority
   * @param threads that a build may keep busy; it stops when the one that began it is interrupted
   * @param memory what builds may take together; one that would take more waits or is refused
   */
  public IndexBuilder(
      SegmentObjects objects, ExecutorService pool, int threads, BuildMemory memory) {
    this.objects = objects;
    this.pool = pool;
    this.threads = threads;
    this.memory = memory;
  }

  @Override
  public Segments.IndexFile build(Build build) {
    if (objects.exists(build.object())) {
      return describe(build, found(build));
    }
    Future<Segments.IndexFile> building = pool.submit(() -> write(build));
    try {
      return building.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ElanusException known) {
        throw known;
      }
      throw new CompletionException(failed.getCause());
    } catch (InterruptedException stopped) {
      building.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  @Override
  public void cancel(long segmentId, long indexId) {
    running.cancel(segmentId, indexId);
  }

  @Override
  public List<Running> running() {
    return running.running();
  }

  private Segments.IndexFile write(Build build) {
    long segmentId = build.segment().id();
    long indexId = build.definition().id();
    BuildContext context = running.begin(segmentId, indexId, threads);
    try {
      return write(build, context);
    } finally {
      running.end(segmentId, indexId);
    }
  }

  private Segments.IndexFile write(Build build, BuildContext context) {
    Definition definition = build.definition();
    FieldSchema field = build.schema().requireField(definition.fieldId());
    Path file = objects.scratch("index-" + build.segment().id() + "-" + definition.id());
    Facts facts;
    boolean stored;
    try {
      facts = write(build, field, context, file);
      context.stopIfCancelled();
      Failpoints.hit("index.beforeObjects");
      stored = objects.store(file, build.object());
    } finally {
      objects.discard(file);
    }
    return describe(build, stored ? facts : found(build)); // another node may have been first
  }

  private Facts write(Build build, FieldSchema field, BuildContext context, Path file) {
    Definition definition = build.definition();
    try (SealedSegment segment = open(build)) {
      if (field.type().isVector()) {
        return segment.withVectors(
            field.id(),
            rows -> writeVectors(context, vectorSpec(field, definition.parameters()), rows, file));
      }
      return segment.withColumn(
          field.id(),
          column -> {
            Map<String, String> parameters = definition.parameters();
            String type = parameters.getOrDefault("index_type", "");
            ScalarIndexes.build(type, field, parameters, column, file);
            return Facts.of(file);
          });
    }
  }

  private Facts writeVectors(BuildContext context, IndexSpec spec, VectorRows rows, Path file) {
    IndexMemory forecast = VectorIndexes.forecast(spec, rows);
    try {
      memory.acquire(forecast.buildBytes());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ElanusException(
          ErrorCode.CANCELLED, "index build was cancelled while it waited for memory", stopped);
    }
    try {
      VectorIndexes.build(spec, rows, context, file);
      context.stopIfCancelled();
    } finally {
      memory.release(forecast.buildBytes());
    }
    return told(file, forecast.fileBytes());
  }

  /** What the file says of itself; it is checked from end to end on the way. */
  private static Facts told(Path file, long foretold) {
    try (Arena arena = Arena.ofShared();
        VectorIndex index = VectorIndexes.open(file, arena)) {
      Optional<Float> recall =
          index.measuredRecall().isEmpty() ? Optional.empty() : Optional.of(index.defaultRecall());
      return new Facts(
          index.residentBytes(),
          foretold,
          index.builtAs(),
          recall,
          Optional.of(IndexOrigin.checksum(file)));
    }
  }

  /**
   * What is told by a file that an earlier process wrote, which ended before it was recorded.
   *
   * @throws ElanusException IO_FAILED, CANCELLED when it cannot be read now
   */
  private Facts found(Build build) {
    boolean vectors = build.schema().requireField(build.definition().fieldId()).type().isVector();
    try {
      Path file = objects.path(build.object());
      return vectors ? told(file, 0) : Facts.of(file);
    } catch (ElanusException failed) {
      if (failed.code() != ErrorCode.DATA_INTEGRITY) {
        throw failed; // it may be had another time
      }
      return Facts.NONE; // whoever loads it will tell
    }
  }

  private SealedSegment open(Build build) {
    String manifest = build.segment().manifest();
    return SealedSegment.open(
        objects.manifest(manifest),
        build.schema(),
        Set.of(build.definition().fieldId()),
        objects.source(SegmentObjects.folderOf(manifest)));
  }

  /**
   * What an index on a vector asks for.
   *
   * @param definition its parameters, which were checked when it was defined; later properties are
   *     among them
   */
  public static IndexSpec vectorSpec(FieldSchema field, Map<String, String> definition) {
    Map<String, String> parameters = new HashMap<>(definition);
    String type = parameters.remove("index_type");
    String metric = parameters.remove("metric_type");
    return GpuIndexes.built(
        type == null ? "" : type,
        Optional.ofNullable(metric)
            .flatMap(Metric::ofName)
            .orElse(IndexParameters.defaultMetric(field.type())),
        field.type() == DataType.SPARSE_FLOAT_VECTOR ? 0 : field.dimension(),
        parameters);
  }

  private Segments.IndexFile describe(Build build, Facts facts) {
    Definition definition = build.definition();
    Map<String, String> parameters = new HashMap<>(definition.parameters());
    parameters.keySet().removeAll(Segments.IndexFile.OWN_PARAMETERS);
    if (!facts.builtAs().isEmpty()) {
      parameters.put(Segments.IndexFile.BUILT_AS, facts.builtAs());
    }
    facts
        .checksum()
        .ifPresent(found -> parameters.put(Segments.IndexFile.CHECKSUM, found.toString()));
    return new Segments.IndexFile(
        build.segment().id(),
        definition.id(),
        definition.fieldId(),
        definition.jsonPath(),
        parameters,
        build.object(),
        objects.size(build.object()),
        facts.resident(),
        facts.foretold(),
        facts.recall());
  }
}
