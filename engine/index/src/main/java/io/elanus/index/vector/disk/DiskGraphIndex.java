package io.elanus.index.vector.disk;

import io.elanus.index.DiskParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.graph.GraphSections;
import io.elanus.index.vector.graph.HnswSearch;
import io.elanus.index.vector.graph.LongRows;
import io.elanus.index.vector.graph.RowForm;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * DISKANN: a graph walked on coarse codes in memory, whose full rows and links stay on disk, as
 * {@link DiskNodes}. AISAQ: the same with the codes on disk as well, those of the neighbours in
 * each node. Both are searched as any graph, the found rows judged again on the nodes that the walk
 * has read.
 */
public final class DiskGraphIndex implements MappedIndex {
  private final IndexFile file;
  private final HnswSearch search;
  private final long nodeBytes;

  private DiskGraphIndex(IndexFile file, HnswSearch search, long nodeBytes) {
    this.file = file;
    this.search = search;
    this.nodeBytes = nodeBytes;
  }

  public static DiskGraphIndex open(IndexFile file) {
    ElementType type = Shapes.elements(file.type());
    SlotRows rows = SlotRows.of(file);
    int slots = rows.count();
    int rowBytes = type.paddedBytes(file.dimension());
    boolean inMemory = file.spec().type() == IndexType.DISKANN;
    boolean above = !inMemory && file.section(IndexFileFormat.Section.CODES).byteSize() > 0;
    GraphSections.Upper upper = GraphSections.upper(file, slots);
    CodedRows codes =
        CodedRows.open(
            file,
            DiskParameters.walked(file.spec()),
            inMemory ? slots : above ? upper.slots() : 0,
            IndexFileFormat.Section.CODES,
            IndexFileFormat.Section.CODE_RANGES);
    DiskNodes.Form form =
        form(file.spec(), rowBytes, GraphSections.degree(file), codes.codes().rowBytes());
    MemorySegment memory = file.section(IndexFileFormat.Section.NODES, slots * form.stride());
    DiskNodes nodes =
        new DiskNodes(
            memory, form, slots, new DiskNodes.Reads(), above ? codes.spaceForAnswers() : null);
    file.check(nodes.isValid(), "links of nodes");
    PageAdvice.NOT_NEEDED.give(memory, 0, memory.byteSize());
    PageAdvice.RANDOM.give(memory, 0, memory.byteSize());
    RowTable shape =
        RowTable.over(type, file.spec().metric(), file.dimension(), 0, MemorySegment.NULL);
    Kernel kernel = shape.kernelForAnswers();
    HnswSearch search =
        new HnswSearch(
                file.spec(),
                new RowForm(type, shape.distance(), file.dimension(), false),
                nodes.rows(kernel),
                form.codeBytes() == 0
                    ? codes.spaceForAnswers()
                    : nodes.codes(codes.codes().kernelForAnswers()),
                true,
                upper.over(nodes),
                rows,
                RecallTable.of(file))
            .judging(LongRows.of(file, slots));
    return new DiskGraphIndex(file, search, memory.byteSize());
  }

  /** What a node of an index holds. */
  static DiskNodes.Form form(IndexSpec spec, int rowBytes, int degree, int codeBytes) {
    boolean inNodes = spec.type() == IndexType.AISAQ;
    int inline = Math.min(DiskParameters.inline(spec), degree);
    return new DiskNodes.Form(rowBytes, degree, inNodes ? codeBytes : 0, inline);
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
