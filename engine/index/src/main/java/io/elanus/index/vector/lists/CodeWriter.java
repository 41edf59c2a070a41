package io.elanus.index.vector.lists;

import java.lang.foreign.MemorySegment;

/** Takes the codes of slots; different slots may be written by different threads. */
sealed interface CodeWriter permits NibbleLists.Writer, ProductLists.Writer {
  /** Sets the code of a slot in one subspace; each is set once. */
  void code(int slot, int subspace, int code);

  /** Sets what is added to the slot's distances. */
  void term(int slot, float term);

  MemorySegment section();
}
