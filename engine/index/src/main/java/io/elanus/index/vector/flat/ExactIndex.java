package io.elanus.index.vector.flat;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.scan.RowScan;
import io.elanus.index.vector.scan.ScanQuery;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Bits;
import io.elanus.vectors.Distance;
import io.elanus.vectors.Kernel;
import java.util.List;

/** Scans all eligible rows where they lie; making one costs nothing. */
public final class ExactIndex implements ScannedIndex {
  private final IndexSpec spec;
  private final RowScan scan;
  private final Bits present;
  private final int queryBytes;

  private ExactIndex(IndexSpec spec, RowScan scan, Bits present, int queryBytes) {
    this.spec = spec;
    this.scan = scan;
    this.present = present;
    this.queryBytes = queryBytes;
  }

  public static ExactIndex of(IndexSpec spec, DenseRows rows) {
    Distance distance = Shapes.distance(spec.metric());
    Kernel kernel =
        Shapes.kernelForAnswers(spec, Shapes.elements(rows.type()), distance, rows.dimension());
    return new ExactIndex(
        spec, RowScan.of(rows, distance, kernel), rows.present(), rows.rowBytes());
  }

  @Override
  public IndexSpec spec() {
    return spec;
  }

  @Override
  public int count() {
    return scan.count();
  }

  @Override
  public long mappedBytes() {
    return 0;
  }

  @Override
  public List<Neighbors> searchAll(List<VectorQuery> queries) {
    Scratch scratch = Scratch.local();
    List<ScanQuery> asked =
        ScanQuery.of(
            queries,
            scan.kernel(),
            scan.distance(),
            vector -> vector.asSlice(0, queryBytes),
            scratch);
    scan.scan(asked, queries.getFirst().eligible(), present, scratch);
    return ScanQuery.answers(asked);
  }
}
