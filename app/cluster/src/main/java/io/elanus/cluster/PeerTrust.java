package io.elanus.cluster;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.transport.Certificates;
import io.elanus.transport.ClusterSecret;
import io.elanus.transport.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the settings say about how processes of the cluster know each other. */
public final class PeerTrust {
  /** Where neither {@code cluster.secret} nor {@code cluster.secret.file} is set. */
  static final String VARIABLE = "ELANUS_CLUSTER_SECRET";

  private static final System.Logger LOG = System.getLogger(PeerTrust.class.getName());

  private PeerTrust() {}

  /**
   * @throws ElanusException INVALID_PARAMETER for a secret that is too short or given twice, and
   *     for some but not all files of TLS
   */
  public static Trust of(Settings settings) {
    return of(settings, Optional.ofNullable(System.getenv(VARIABLE)));
  }

  /**
   * @param environment the value of {@link #VARIABLE}
   */
  static Trust of(Settings settings, Optional<String> environment) {
    return new Trust(secret(settings, environment), certificates(settings));
  }

  private static Optional<ClusterSecret> secret(Settings settings, Optional<String> environment) {
    Optional<String> direct = given(settings, Setting.CLUSTER_SECRET);
    Optional<String> file = given(settings, Setting.CLUSTER_SECRET_FILE);
    if (direct.isPresent() && file.isPresent()) {
      throw ElanusException.invalid(
          "either cluster.secret or cluster.secret.file says the secret, not both");
    }
    return direct
        .or(() -> file.map(name -> read(Path.of(name))))
        .or(() -> environment.map(String::strip).filter(text -> !text.isEmpty()))
        .map(ClusterSecret::of);
  }

  private static String read(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
        LOG.log(WARNING, "everybody on this machine may read the cluster secret, file {0}", file);
      }
    } catch (IOException | UnsupportedOperationException notTold) {
      LOG.log(System.Logger.Level.DEBUG, "permissions of {0} are not known", file);
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new ElanusException(
              ErrorCode.INVALID_PARAMETER,
              "the cluster secret cannot be read, setting cluster.secret.file",
              unreadable)
          .with("file", file);
    }
  }

  private static Optional<Certificates> certificates(Settings settings) {
    List<Setting> files = List.of(Setting.TLS_CERTIFICATE, Setting.TLS_KEY, Setting.TLS_AUTHORITY);
    List<Path> given =
        files.stream().flatMap(setting -> given(settings, setting).stream()).map(Path::of).toList();
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (given.size() < files.size()) {
      Stream<String> missing =
          files.stream().filter(setting -> given(settings, setting).isEmpty()).map(Setting::key);
      throw ElanusException.invalid(
          "TLS between processes needs node.tls.cert, node.tls.key and node.tls.ca; missing is "
              + String.join(", ", missing.toList()));
    }
    return Optional.of(new Certificates(given.get(0), given.get(1), given.get(2)));
  }

  private static Optional<String> given(Settings settings, Setting setting) {
    return Optional.of(settings.text(setting)).filter(text -> !text.isBlank());
  }
}
