package io.elanus.s3;

import io.elanus.schema.ElanusException;
import java.util.Optional;

/** Keys of an account; told to nobody, in no text. */
public record S3Credentials(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
  public S3Credentials {
    if (accessKeyId.isBlank() || secretAccessKey.isBlank()) {
      throw ElanusException.invalid("an access key of S3 has an id and a secret");
    }
  }

  @Override
  public String toString() {
    return "S3Credentials[hidden]";
  }
}
