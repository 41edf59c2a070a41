package io.elanus.s3;

import java.io.EOFException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * What an answer to a ranged read says it holds: {@code bytes FIRST-LAST/SIZE}. An answer that does
 * not tell was cut off among its headers, and is asked for again.
 *
 * @param first offset of the first byte
 * @param last offset of the last byte
 * @param sizeBytes of the whole object
 */
record ContentRange(long first, long last, long sizeBytes) {
  private static final Pattern HEADER =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

  static ContentRange of(GetObjectResponse answer) {
    String header = answer.contentRange();
    Matcher found = HEADER.matcher(header == null ? "" : header);
    if (!found.matches()) {
      throw RetryableException.create("an answer does not tell its range", new EOFException());
    }
    return new ContentRange(
        Long.parseLong(found.group(1)),
        Long.parseLong(found.group(2)),
        Long.parseLong(found.group(3)));
  }
}
