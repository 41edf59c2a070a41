package io.elanus.coordinator.data;

import io.elanus.roles.DataCoord.CompactionState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the compactions that users asked for are getting on; the last thousand, in memory. */
final class CompactionJobs {
  private static final int REMEMBERED = 1_000;

  private enum Progress {
    EXECUTING,
    DONE,
    FAILED
  }

  private static final class Job {
    final Map<Long, CompactionState.Merge> merges = new TreeMap<>();
    final Map<Long, Progress> progress = new TreeMap<>();
  }

  private final Map<Long, Job> jobs = new LinkedHashMap<>();

  synchronized void begin(long job, List<DataEntry.Merging> merges) {
    var begun = new Job();
    for (DataEntry.Merging merging : merges) {
      begun.merges.put(
          merging.target(), new CompactionState.Merge(merging.sources(), merging.target()));
      begun.progress.put(merging.target(), Progress.EXECUTING);
    }
    jobs.put(job, begun);
    if (jobs.size() > REMEMBERED) {
      jobs.remove(jobs.keySet().iterator().next());
    }
  }

  synchronized void end(long target, boolean succeeded) {
    for (Job job : jobs.values()) {
      job.progress.computeIfPresent(
          target, (id, before) -> succeeded ? Progress.DONE : Progress.FAILED);
    }
  }

  /** An unknown job counts as completed. */
  synchronized CompactionState state(long id) {
    Job job = jobs.get(id);
    if (job == null) {
      return new CompactionState(true, 0, 0, 0, List.of());
    }
    int executing = count(job, Progress.EXECUTING);
    return new CompactionState(
        executing == 0,
        executing,
        count(job, Progress.DONE),
        count(job, Progress.FAILED),
        new ArrayList<>(job.merges.values()));
  }

  private static int count(Job job, Progress progress) {
    return (int) job.progress.values().stream().filter(progress::equals).count();
  }
}
