package io.elanus.node.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.roles.IndexNode.Running;
import org.junit.jupiter.api.Test;

class RunningBuildsTest {
  @Test
  void aBuildIsToldOfUntilItEnds() {
    var builds = new RunningBuilds();
    BuildContext first = builds.begin(1, 7, 3);
    builds.begin(1, 8, 3);
    assertThat(first.threads()).isEqualTo(3);
    first.progress(0.25);
    assertThat(builds.running())
        .containsExactlyInAnyOrder(new Running(1, 7, 0.25), new Running(1, 8, 0));
    builds.end(1, 7);
    first.progress(0.5);
    assertThat(builds.running()).containsExactly(new Running(1, 8, 0));
  }

  /** Threads of a build may tell their shares in any order; the file is to be stored yet. */
  @Test
  void progressRisesAndIsNotDoneBeforeTheEnd() {
    var builds = new RunningBuilds();
    BuildContext build = builds.begin(1, 7, 2);
    build.progress(0.5);
    build.progress(0.4);
    assertThat(builds.running()).containsExactly(new Running(1, 7, 0.5));
    build.progress(1);
    assertThat(builds.running())
        .singleElement()
        .satisfies(running -> assertThat(running.done()).isBetween(0.9, 0.999));
  }

  @Test
  void aBuildThatNobodyWantsIsStopped() {
    var builds = new RunningBuilds();
    BuildContext first = builds.begin(1, 7, 1);
    BuildContext second = builds.begin(1, 8, 1);
    builds.cancel(1, 7);
    builds.cancel(2, 8);
    assertThat(first.cancelled()).isTrue();
    assertThat(second.cancelled()).isFalse();
    builds.end(1, 7);
    builds.end(1, 8);
    assertThat(builds.begin(1, 7, 1).cancelled()).isFalse();
  }

  @Test
  void anInterruptedThreadStopsItsBuild() {
    BuildContext build = new RunningBuilds().begin(1, 7, 1);
    assertThat(build.cancelled()).isFalse();
    Thread.currentThread().interrupt();
    assertThat(build.cancelled()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
