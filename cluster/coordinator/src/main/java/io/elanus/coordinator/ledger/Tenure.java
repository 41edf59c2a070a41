package io.elanus.coordinator.ledger;

/** How a coordinator comes by its records in metadata. */
public enum Tenure {
  /**
   * Nobody else can have them: opening writes nothing, and the first decision says whose they are.
   */
  SOLE,

  /**
   * Taken over from another process, which may not know it yet: opening says whose they are, and
   * only then reads them, so that nothing the other one still committed is missed. What other
   * coordinators have to do with it is done when they are there.
   */
  SEIZED
}
