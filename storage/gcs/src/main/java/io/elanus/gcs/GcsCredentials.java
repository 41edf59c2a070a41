package io.elanus.gcs;

import java.nio.file.Path;

/** By what we may use a bucket. */
public sealed interface GcsCredentials {
  /**
   * What the environment says ({@code GOOGLE_APPLICATION_CREDENTIALS}), what {@code gcloud} left,
   * or the service account of the instance or workload, in this order.
   */
  record Environment() implements GcsCredentials {}

  /**
   * @param file of a service account's key or of a workload's identity, JSON
   */
  record KeyFile(Path file) implements GcsCredentials {}

  /** For emulators. */
  record None() implements GcsCredentials {}
}
