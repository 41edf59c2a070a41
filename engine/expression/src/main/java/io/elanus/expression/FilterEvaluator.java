package io.elanus.expression;

import io.elanus.schema.Bits;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a filter over columns, one node at a time over all rows that are still in play: a
 * conjunction asks its next operand only about rows that are not FALSE yet, a disjunction only
 * about rows that are not TRUE yet, and cheap operands go first.
 */
public final class FilterEvaluator {
  private final Rows rows;
  private final RandomGenerator random;

  private FilterEvaluator(Rows rows, RandomGenerator random) {
    this.rows = rows;
    this.random = random;
  }

  /** Answers for all rows. */
  public static Truth evaluate(Filter filter, Rows rows) {
    return evaluate(filter, rows, ThreadLocalRandom.current());
  }

  /**
   * Answers for a part of the rows.
   *
   * @param candidates only these rows are asked about; the others are neither matching nor unknown
   */
  public static Truth evaluate(Filter filter, Rows rows, Bits candidates) {
    return evaluate(filter, rows, candidates, ThreadLocalRandom.current());
  }

  /**
   * Answers for all rows.
   *
   * @param random chooses the rows of a {@link Filter.Sample}
   */
  public static Truth evaluate(Filter filter, Rows rows, RandomGenerator random) {
    return new FilterEvaluator(rows, random).answer(filter, null);
  }

  /**
   * Answers for a part of the rows.
   *
   * @param candidates only these rows are asked about; the others are neither matching nor unknown
   * @param random chooses the rows of a {@link Filter.Sample}
   */
  public static Truth evaluate(Filter filter, Rows rows, Bits candidates, RandomGenerator random) {
    if (candidates.size() != rows.count()) {
      throw new IllegalArgumentException(
          "candidates are of " + candidates.size() + " rows, not " + rows.count());
    }
    return new FilterEvaluator(rows, random).answer(filter, candidates.copy());
  }

  private Truth answer(Filter filter, @Nullable Bits candidates) {
    Ternary ternary = evaluate(filter, candidates);
    Bits unknown = ternary.unknown();
    return new Truth(ternary.yes(), unknown == null ? Bits.none(rows.count()) : unknown);
  }

  /** The answer within {@code candidates}; every row when null. The candidates stay as they are. */
  private Ternary evaluate(Filter filter, @Nullable Bits candidates) {
    return switch (filter) {
      case Filter.Everything everything -> Ternary.of(inPlay(candidates));
      case Filter.Nothing nothing -> Ternary.of(Bits.none(rows.count()));
      case Filter.Not not -> evaluate(not.operand(), candidates).negated(candidates);
      case Filter.Definite definite -> definite(definite, candidates);
      case Filter.All all -> all(all.operands(), candidates);
      case Filter.Any any -> any(any.operands(), candidates);
      case Filter.Sample sample -> sample(sample, candidates);
      default ->
          IndexAnswers.answer(filter, rows, candidates)
              .orElseGet(() -> Scan.scan(filter, rows, candidates));
    };
  }

  private Bits inPlay(@Nullable Bits candidates) {
    return candidates == null ? Bits.all(rows.count()) : candidates.copy();
  }

  private Ternary definite(Filter.Definite definite, @Nullable Bits candidates) {
    Ternary ternary = evaluate(definite.operand(), candidates);
    Bits unknown = ternary.unknown();
    if (unknown == null) {
      return ternary;
    }
    Ternary nulls = evaluate(new Filter.IsNull(definite.fieldId()), candidates);
    return new Ternary(ternary.yes(), unknown.and(nulls.yes()));
  }

  private Ternary all(List<Filter> operands, @Nullable Bits candidates) {
    Bits unknown = null;
    Bits alive = candidates;
    for (Filter operand : cheapFirst(operands)) {
      Ternary ternary = evaluate(operand, alive);
      Bits doubtful = ternary.unknown();
      alive = ternary.yes();
      if (doubtful != null) {
        alive.or(doubtful);
        unknown = unknown == null ? doubtful : unknown.or(doubtful);
      }
      if (alive.isEmpty()) {
        return Ternary.of(alive);
      }
    }
    Bits yes = inPlay(alive);
    if (unknown == null) {
      return Ternary.of(yes);
    }
    unknown.and(yes);
    return new Ternary(yes.andNot(unknown), unknown);
  }

  private Ternary any(List<Filter> operands, @Nullable Bits candidates) {
    Bits yes = Bits.none(rows.count());
    Bits unknown = null;
    Bits open = inPlay(candidates);
    for (Filter operand : cheapFirst(operands)) {
      Ternary ternary = evaluate(operand, open);
      Bits doubtful = ternary.unknown();
      yes.or(ternary.yes());
      open.andNot(ternary.yes());
      if (doubtful != null) {
        unknown = unknown == null ? doubtful : unknown.or(doubtful);
      }
      if (open.isEmpty()) {
        break;
      }
    }
    return new Ternary(yes, unknown == null ? null : unknown.andNot(yes));
  }

  private Ternary sample(Filter.Sample sample, @Nullable Bits candidates) {
    Bits matching = evaluate(sample.filter(), candidates).yes();
    int left = matching.cardinality();
    int wanted = Math.max(1, (int) Math.floor(left * sample.fraction()));
    // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S): each row with chance wanted / left.
    for (int row = matching.next(0); row >= 0; row = matching.next(row + 1)) {
      if (random.nextInt(left--) < wanted) {
        wanted--;
      } else {
        matching.clear(row);
      }
    }
    return Ternary.of(matching);
  }

  private static List<Filter> cheapFirst(List<Filter> operands) {
    return operands.stream().sorted(Comparator.comparingInt(FilterEvaluator::cost)).toList();
  }

  /** A guess of the time for a row, in units of one integer comparison. */
  private static int cost(Filter filter) {
    return switch (filter) {
      case Filter.Everything everything -> 0;
      case Filter.Nothing nothing -> 0;
      case Filter.IsNull isNull -> 0;
      case Filter.Not not -> cost(not.operand());
      case Filter.Definite definite -> cost(definite.operand());
      case Filter.All all -> all.operands().stream().mapToInt(FilterEvaluator::cost).sum();
      case Filter.Any any -> any.operands().stream().mapToInt(FilterEvaluator::cost).sum();
      case Filter.Sample sample -> cost(sample.filter());
      case Filter.Compare compare -> cost(compare.operand());
      case Filter.Range range -> cost(range.operand());
      case Filter.AnyOf anyOf -> 2 * cost(anyOf.operand());
      case Filter.Arithmetic arithmetic -> 2 * cost(arithmetic.operand());
      case Filter.CompareFields fields -> cost(fields.left()) + cost(fields.right());
      case Filter.StartsWith startsWith -> cost(startsWith.text()) + cost(startsWith.prefix());
      case Filter.ArrayLength length -> cost(length.operand());
      case Filter.Contains contains -> 4 * cost(contains.operand());
      case Filter.Like like -> 10 * cost(like.operand());
      case Filter.Regex regex -> 40 * cost(regex.operand());
      case Filter.Exists exists -> cost(exists.path());
    };
  }

  private static int cost(Operand operand) {
    return switch (operand.type()) {
      case JSON -> 500;
      case VARCHAR -> 5;
      case ARRAY -> 3;
      default -> operand instanceof Operand.Element ? 3 : 1;
    };
  }
}
