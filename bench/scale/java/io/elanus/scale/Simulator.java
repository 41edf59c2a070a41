package io.elanus.scale;

import io.elanus.coordinator.data.Stock;
import io.elanus.coordinator.index.Files;
import io.elanus.coordinator.query.Placement;
import java.util.List;

/**
 * The deciders of a cluster run alone, at growing sizes: no process, no store, no socket. Prints a
 * line of JSON.
 */
public final class Simulator {
  private static final List<Size> SIZES =
      List.of(
          new Size("10 nodes", 10, 10_000, 64, 100, 2),
          new Size("100 nodes", 100, 100_000, 512, 1_000, 2),
          new Size("300 nodes", 300, 300_000, 1_024, 3_000, 2),
          new Size("1000 nodes", 1_000, 1_000_000, 2_048, 5_000, 2),
          new Size("3000 nodes", 3_000, 1_000_000, 8_192, 10_000, 2));

  private Simulator() {}

  /**
   * @param arguments which of the sizes, from 0: one in a process, so that each has the whole heap
   */
  public static void main(String[] arguments) {
    run(SIZES.getFirst()); // for the compiler
    Size size = SIZES.get(Integer.parseInt(arguments[0]));
    System.out.printf(
        "{\"name\": \"%s\", \"nodes\": %d, \"segments\": %d, \"channels\": %d, \"collections\": %d, \"figures\": %s}%n",
        size.name(), size.nodes(), size.segments(), size.channels(), size.collections(), run(size).json());
  }

  private static Figures run(Size size) {
    var figures = new Figures();
    System.err.println("simulating " + size + " ...");
    var stock = new Stock(size, figures);
    stock.replay();
    stock.channels();
    new Placement(size, stock.segments(), figures).run();
    Files.run(stock.segments(), figures);
    for (int count : List.of(1_000, 3_000, 9_000)) {
      figures.put("copy by copy " + count + " ms", Placement.copyByCopy(stock.segments().subList(0, count)));
    }
    stock.decisions();
    System.gc();
    return figures;
  }
}
