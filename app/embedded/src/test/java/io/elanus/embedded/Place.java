package io.elanus.embedded;

import io.elanus.process.Setting;
import io.elanus.process.Settings;
import java.util.List;

/** Where a database may be; a program cannot tell. */
enum Place {
  IN_THE_JVM {
    @Override
    Database open(String folder) {
      return Elanus.open(folder);
    }
  },
  OVER_THE_WIRE {
    @Override
    Database open(String folder) {
      Settings settings =
          folder.equals("memory:")
              ? TestServer.inMemory()
              : Settings.defaults().with(Setting.DATA_DIRECTORY, folder);
      var server = new TestServer(settings);
      return new OfServer(Elanus.open(server.uri()), server);
    }
  };

  /**
   * @param folder or {@code memory:}
   */
  abstract Database open(String folder);

  /** Takes its server with it when it is closed. */
  private record OfServer(Database database, TestServer server) implements Database {
    @Override
    public Collection create(CollectionSpec spec) {
      return database.create(spec);
    }

    @Override
    public Collection collection(String name) {
      return database.collection(name);
    }

    @Override
    public List<String> collections() {
      return database.collections();
    }

    @Override
    public void drop(String name) {
      database.drop(name);
    }

    @Override
    public void close() {
      database.close();
      server.close();
    }
  }
}
