package io.elanus.cluster;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.coordinator.ledger.Background;
import io.elanus.schema.ElanusException;

/**
 * What a coordinator does first. It asks others who may not be there yet; what fails is done again
 * after a while, as long as its background is open.
 */
final class Beginning implements Runnable {
  private static final System.Logger LOG = System.getLogger(Beginning.class.getName());
  private static final long PAUSE_MILLIS = 200;

  private final String what;
  private final Background background;
  private final Runnable start;

  Beginning(String what, Background background, Runnable start) {
    this.what = what;
    this.background = background;
    this.start = start;
  }

  @Override
  public void run() {
    background.run(this::tryOnce);
  }

  private void tryOnce() {
    try {
      start.run();
    } catch (ElanusException notYet) {
      LOG.log(WARNING, "{0} begins again soon: {1}", what, notYet.getMessage());
      background.after(PAUSE_MILLIS, this::tryOnce);
    }
  }
}
