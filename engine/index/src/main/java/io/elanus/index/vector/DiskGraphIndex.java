package io.elanus.index.vector;

import io.elanus.index.DiskParameters;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * DISKANN: a graph walked on coarse codes in memory, whose full rows and links stay on disk, as
 * {@link DiskNodes}. It is searched as any graph, the found rows judged again on the nodes that the
 * walk has read.
 */
final class DiskGraphIndex implements MappedIndex {
  private final IndexFile file;
  private final HnswSearch search;
  private final long nodeBytes;

  private DiskGraphIndex(IndexFile file, HnswSearch search, long nodeBytes) {
    this.file = file;
    this.search = search;
    this.nodeBytes = nodeBytes;
  }

  static DiskGraphIndex open(IndexFile file) {
    ElementType type = Shapes.elements(file.type());
    SlotRows rows = SlotRows.of(file);
    int slots = rows.count();
    int rowBytes = type.paddedBytes(file.dimension());
    int degree = HnswIndex.degree(file);
    MemorySegment memory =
        file.section(IndexFileFormat.Section.NODES, slots * DiskNodes.stride(rowBytes, degree));
    DiskNodes nodes = new DiskNodes(memory, rowBytes, degree, slots, new DiskNodes.Reads());
    file.check(nodes.isValid(), "links of nodes");
    PageAdvice.NOT_NEEDED.give(memory, 0, memory.byteSize());
    PageAdvice.RANDOM.give(memory, 0, memory.byteSize());
    CodedRows codes =
        CodedRows.open(
            file,
            DiskParameters.walked(file.spec()),
            slots,
            IndexFileFormat.Section.CODES,
            IndexFileFormat.Section.CODE_RANGES);
    RowTable shape =
        RowTable.over(type, file.spec().metric(), file.dimension(), 0, MemorySegment.NULL);
    Kernel kernel = shape.kernelForAnswers();
    HnswSearch search =
        new HnswSearch(
            file.spec(),
            new RowForm(type, shape.distance(), file.dimension(), false),
            nodes.rows(kernel),
            codes.spaceForAnswers(),
            true,
            HnswIndex.layersOver(file, slots, nodes),
            rows,
            HnswIndex.measured(file));
    return new DiskGraphIndex(file, search, memory.byteSize());
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public long residentBytes() {
    return mappedBytes() - nodeBytes;
  }

  @Override
  public MeasuredRecall measuredRecall() {
    return search.measured();
  }

  @Override
  public Neighbors search(VectorQuery query) {
    return search.search(query);
  }
}
