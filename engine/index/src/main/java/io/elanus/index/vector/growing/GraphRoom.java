package io.elanus.index.vector.growing;

/**
 * Where growing graphs ask for room before they take memory. Without room a graph stays as large as
 * it is, and the rows it lacks are scanned. For any thread.
 */
public interface GraphRoom {
  /** Always has room. */
  GraphRoom UNLIMITED =
      new GraphRoom() {
        @Override
        public boolean tryTake(long bytes) {
          return true;
        }

        @Override
        public void giveBack(long bytes) {}
      };

  /** Takes room for memory of so many bytes, without waiting; nothing is taken when it says no. */
  boolean tryTake(long bytes);

  /** The memory for which the room was taken is free. */
  void giveBack(long bytes);
}
