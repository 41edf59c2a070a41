package io.elanus.membership;

/** Where a cluster's members and seats stand in metadata. */
final class MembershipKeys {
  static final String ROOT = "cluster/";
  static final String MEMBERS = ROOT + "member/";
  static final String SEATS = ROOT + "seat/";

  /** The last id that was given; 8 bytes, little-endian. */
  static final String LAST_ID = ROOT + "last-id";

  private MembershipKeys() {}

  static String member(long id) {
    return MEMBERS + "%019d".formatted(id);
  }

  static String seat(Role role) {
    return SEATS + role.word();
  }
}
