package io.elanus.api.milvus;

import io.elanus.schema.ElanusException;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is done with each field of one message of the protocol. A request is walked along its shape
 * before anything is made of it: a field that is not built yet and says something, or that no
 * protocol known here has, is refused by name or number, and what the request will take in memory
 * is added up, because a message of a few bytes an element becomes many times as large in objects.
 *
 * <p>To be completed before it is shared; afterwards it does not change.
 */
final class Shape {
  private static final int DEEPEST = 64;

  /** Overhead of an object with its place in a list, roughly. */
  private static final int OBJECT_BYTES = 40;

  /** A filter of more tokens is refused by its parser. */
  private static final int MOST_LITERALS = 100_000;

  private enum Use {
    /** A number, or many, packed or not; packed ones are varints. */
    NUMBER,
    /** Numbers that become objects, packed or not. */
    BOXED,
    /** Numbers of a fixed length, read where they lie when they are packed. */
    FIXED,
    /** A text that becomes a String. */
    TEXT,
    /** Bytes, or a text, that are copied as they are. */
    BYTES,
    /** Bytes that are used where they lie. */
    IN_PLACE,
    /** The text of a filter: its literals become objects. */
    FILTER,
    MESSAGE,
    /** A message inside a bytes field: when it is broken, the request is wrong, not the call. */
    EMBEDDED,
    /** Says nothing that an answer depends on, or is judged where it is read. */
    PASSED,
    REFUSED
  }

  private record Entry(Use use, int number, String name, @Nullable Shape shape) {}

  private final String message;
  private Entry[] entries = new Entry[8];

  private Shape(String message) {
    this.message = message;
  }

  /**
   * @param message its name in the protocol
   */
  static Shape of(String message) {
    return new Shape(message);
  }

  Shape numbers(int... numbers) {
    return all(Use.NUMBER, numbers);
  }

  Shape boxed(int... numbers) {
    return all(Use.BOXED, numbers);
  }

  Shape fixed(int... numbers) {
    return all(Use.FIXED, numbers);
  }

  Shape texts(int... numbers) {
    return all(Use.TEXT, numbers);
  }

  Shape bytes(int... numbers) {
    return all(Use.BYTES, numbers);
  }

  Shape inPlace(int... numbers) {
    return all(Use.IN_PLACE, numbers);
  }

  Shape filter(int number) {
    return all(Use.FILTER, number);
  }

  Shape passed(int... numbers) {
    return all(Use.PASSED, numbers);
  }

  Shape message(int number, Shape shape) {
    return add(new Entry(Use.MESSAGE, number, "", shape));
  }

  Shape embedded(int number, Shape shape) {
    return add(new Entry(Use.EMBEDDED, number, "", shape));
  }

  /**
   * @param name of the field, for the refusal
   */
  Shape refused(int number, String name) {
    return add(new Entry(Use.REFUSED, number, name, null));
  }

  private Shape all(Use use, int... numbers) {
    for (int number : numbers) {
      add(new Entry(use, number, "", null));
    }
    return this;
  }

  private Shape add(Entry entry) {
    if (entry.number() >= entries.length) {
      entries = Arrays.copyOf(entries, entry.number() + 8);
    }
    if (entry(entry.number()) != null) {
      throw new IllegalArgumentException("field " + entry.number() + " of " + message + " twice");
    }
    entries[entry.number()] = entry;
    return this;
  }

  private @Nullable Entry entry(int number) {
    return number < entries.length ? entries[number] : null;
  }

  String message() {
    return message;
  }

  /** Numbers of the fields it knows. */
  Set<Integer> numbers() {
    Set<Integer> numbers = new TreeSet<>();
    for (int number = 0; number < entries.length; number++) {
      if (entry(number) != null) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** The shape of the message in a field; null when it is not looked into. */
  @Nullable Shape within(int number) {
    Entry entry = entry(number);
    return entry == null ? null : entry.shape();
  }

  /**
   * Walks a message of this shape.
   *
   * @return bytes that it takes in memory once it is read, itself included; an upper estimate
   * @throws ElanusException 1100 for a field that is not served
   * @throws StatusRuntimeException INTERNAL when the bytes are no message
   */
  long check(byte[] bytes) {
    return bytes.length + walk(new WireReader(bytes, 0, bytes.length), 0);
  }

  private long walk(WireReader reader, int depth) {
    if (depth > DEEPEST) {
      throw WireReader.malformed();
    }
    long weight = 0;
    while (reader.next()) {
      Entry entry = entry(reader.field());
      if (entry == null) {
        throw laterProtocol(reader);
      }
      weight += weight(entry, reader, depth);
    }
    return weight;
  }

  private long weight(Entry entry, WireReader reader, int depth) {
    return switch (entry.use()) {
      case NUMBER -> reader.delimited() ? 8 * numbers(reader.slice()) : skipped(reader);
      case BOXED -> reader.delimited() ? OBJECT_BYTES * numbers(reader.slice()) : skipped(reader);
      case FIXED -> fixed(reader);
      case TEXT -> OBJECT_BYTES + 2L * reader.slice().length();
      case BYTES -> OBJECT_BYTES + (long) reader.slice().length();
      case IN_PLACE -> skipped(reader);
      case FILTER -> filter(reader.slice());
      case MESSAGE -> 2 * OBJECT_BYTES + shape(entry).walk(reader.slice().reader(), depth + 1);
      case EMBEDDED -> embedded(shape(entry), reader.slice(), depth + 1);
      case PASSED -> passed(reader);
      case REFUSED -> refusedUnlessEmpty(entry, reader);
    };
  }

  private static Shape shape(Entry entry) {
    if (entry.shape() == null) {
      throw new IllegalStateException("no shape");
    }
    return entry.shape();
  }

  private static long skipped(WireReader reader) {
    reader.skip();
    return OBJECT_BYTES;
  }

  /** As if it were messages of two bytes. */
  private static long passed(WireReader reader) {
    if (!reader.delimited()) {
      return skipped(reader);
    }
    return OBJECT_BYTES + (long) OBJECT_BYTES / 2 * reader.slice().length();
  }

  private static long fixed(WireReader reader) {
    boolean packed = reader.delimited();
    long each = skipped(reader);
    return packed ? 0 : each;
  }

  /** How many varints there are: each ends with a byte below 128. */
  private static long numbers(WireReader.Slice packed) {
    long count = 0;
    for (int at = packed.from(); at < packed.to(); at++) {
      count += packed.bytes()[at] >= 0 ? 1 : 0;
    }
    return count;
  }

  /** A literal of a list takes an object or two. */
  private static long filter(WireReader.Slice text) {
    long literals = 0;
    for (int at = text.from(); at < text.to(); at++) {
      literals += text.bytes()[at] == ',' ? 1 : 0;
    }
    return OBJECT_BYTES
        + 2L * text.length()
        + 3L * OBJECT_BYTES * Math.min(literals, MOST_LITERALS);
  }

  private static long embedded(Shape shape, WireReader.Slice bytes, int depth) {
    try {
      return 2L * OBJECT_BYTES + bytes.length() + shape.walk(bytes.reader(), depth);
    } catch (StatusRuntimeException broken) {
      throw ElanusException.invalid(
          shape.message + " in the request cannot be read: it is no message of the protocol");
    }
  }

  private static long refusedUnlessEmpty(Entry entry, WireReader reader) {
    if (reader.saysSomething()) {
      throw Unserved.field(entry.name());
    }
    return 0;
  }

  /** All unknown fields of the message, as far as they can be read. */
  private ElanusException laterProtocol(WireReader reader) {
    Set<Integer> unknown = new TreeSet<>();
    do {
      if (entry(reader.field()) == null) {
        unknown.add(reader.field());
      }
      reader.skip();
    } while (unknown.size() < 10 && reader.next());
    return Unserved.laterProtocol(message, unknown);
  }
}
