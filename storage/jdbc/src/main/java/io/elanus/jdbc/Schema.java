package io.elanus.jdbc;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables up to date; several processes may do so at once. */
final class Schema {
  private static final String HISTORY = "elanus_schema";

  private Schema() {}

  static void migrate(Connections connections) {
    try {
      Flyway.configure(Schema.class.getClassLoader())
          .dataSource(connections.source())
          .locations(connections.dialect().migrations())
          .table(HISTORY)
          .failOnMissingLocations(true)
          // the database may hold tables of others
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof SQLException database) {
          throw connections.failed(database, "migrate the tables");
        }
      }
      throw new ElanusException(
          ErrorCode.IO_FAILED, "the tables of metadata cannot be brought up to date", failure);
    }
  }
}
