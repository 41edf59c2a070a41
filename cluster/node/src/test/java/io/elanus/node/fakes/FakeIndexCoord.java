package io.elanus.node.fakes;

import io.elanus.roles.IndexCoord;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows definitions that a test gives it, and builds nothing. */
public final class FakeIndexCoord implements IndexCoord {
  private final List<Definition> definitions = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<String> damaged = new CopyOnWriteArrayList<>();
  private volatile boolean failing;

  /** Defines an index, in the place of the field's earlier one. */
  public void define(long collectionId, long fieldId, Map<String, String> parameters) {
    definitions.removeIf(each -> each.collectionId() == collectionId && each.fieldId() == fieldId);
    definitions.add(new Definition(1, collectionId, fieldId, "index", "", parameters, 1));
  }

  /** Whether those who want to know definitions get an error. */
  public void fail(boolean broken) {
    failing = broken;
  }

  /** Objects that nodes could not use. */
  public List<String> damaged() {
    return damaged;
  }

  @Override
  public void damaged(Segments.IndexFile file) {
    damaged.add(file.object());
  }

  @Override
  public Statistics statistics() {
    throw new UnsupportedOperationException();
  }

  /** How often somebody wanted to know definitions. */
  public int asked() {
    return asked.get();
  }

  @Override
  public List<Definition> definitions(long collectionId) {
    asked.incrementAndGet();
    if (failing) {
      throw new ElanusException(ErrorCode.IO_FAILED, "the catalogue cannot be read");
    }
    return definitions.stream().filter(each -> each.collectionId() == collectionId).toList();
  }

  @Override
  public Optional<Definition> definition(long collectionId, long fieldId) {
    return definitions(collectionId).stream().filter(each -> each.fieldId() == fieldId).findFirst();
  }

  @Override
  public void create(Definition definition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void drop(long collectionId, long indexId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void alter(long collectionId, long indexId, Map<String, String> set, List<String> delete) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Progress progress(long collectionId, long indexId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Segments.IndexFile> files(List<Long> segments) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Long> complete(long collectionId, List<Long> segments) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void refresh(long collectionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void dropCollection(long collectionId) {
    throw new UnsupportedOperationException();
  }
}
