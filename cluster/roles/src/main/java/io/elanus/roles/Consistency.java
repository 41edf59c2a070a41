package io.elanus.roles;

/** Consistency levels, in the order of their wire numbers. */
public enum Consistency {
  STRONG,
  SESSION,
  BOUNDED,
  EVENTUALLY,
  CUSTOMIZED
}
