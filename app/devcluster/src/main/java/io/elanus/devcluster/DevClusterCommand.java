package io.elanus.devcluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code elanus dev-cluster}: starts it, says what runs where, and stops it at a signal. */
public final class DevClusterCommand {
  private DevClusterCommand() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(command())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionStrategy(DevClusterCommand::execute)
            .execute(arguments));
  }

  private static CommandSpec command() {
    CommandSpec spec = CommandSpec.create().name("elanus dev-cluster");
    spec.usageMessage()
        .description("The stores of a cluster and a process for each role, on this machine.");
    return spec.addOption(option("--data", "dev-cluster", "folder of all its files"))
        .addOption(option("--port", "19530", "port of the first proxy"))
        .addOption(option("--channels", "4", "physical channels"))
        .addOption(option("--coordinators", "0", "processes for all seats; 0: one for each seat"))
        .addOption(option("--streaming-nodes", "2", "processes that own channels"))
        .addOption(option("--query-nodes", "2", "processes that hold sealed segments"))
        .addOption(option("--workers", "0", "data and index nodes in one; 0: one of each"))
        .addOption(option("--proxies", "1", "processes that clients reach"))
        .addOption(choice("--log", StoreServers.Log.class, "kafka or pulsar"))
        .addOption(choice("--metadata", StoreServers.Metadata.class, "etcd, postgresql or mariadb"))
        .addOption(choice("--objects", StoreServers.Objects.class, "s3, azure or gcs"))
        .addOption(
            OptionSpec.builder("--stores-only")
                .description(
                    "no processes but the stores; cluster.yaml is for those started by hand")
                .build());
  }

  private static OptionSpec option(String name, String value, String meaning) {
    return OptionSpec.builder(name)
        .paramLabel(name.equals("--data") ? "DIR" : "N")
        .description(meaning + " (default: " + value + ")")
        .type(name.equals("--data") ? String.class : Integer.class)
        .defaultValue(value)
        .arity("1")
        .build();
  }

  private static OptionSpec choice(String name, Class<?> type, String which) {
    return OptionSpec.builder(name)
        .description(which + " (default: the first)")
        .type(type)
        .arity("1")
        .build();
  }

  private static int execute(ParseResult parsed) {
    Path home = Path.of(System.getProperty("elanus.home", ".")).toAbsolutePath();
    Path folder = Path.of(parsed.<String>matchedOptionValue("--data", "dev-cluster"));
    var plan =
        new Plan(
            number(parsed, "--coordinators", 0),
            number(parsed, "--streaming-nodes", 2),
            number(parsed, "--query-nodes", 2),
            number(parsed, "--workers", 0),
            number(parsed, "--proxies", 1));
    var kinds =
        new StoreServers.Kinds(
            parsed.matchedOptionValue("--log", StoreServers.Log.KAFKA),
            parsed.matchedOptionValue("--metadata", StoreServers.Metadata.ETCD),
            parsed.matchedOptionValue("--objects", StoreServers.Objects.S3));
    var cluster = new DevCluster(home, folder.toAbsolutePath(), kinds);
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "dev-cluster-shutdown"));
    try {
      boolean storesOnly = parsed.hasMatchedOption("--stores-only");
      int port = number(parsed, "--port", 19530);
      if (!storesOnly && plan.proxies() > 0) {
        checkFree(port);
      }
      cluster.start(storesOnly ? List.of() : plan.nodes(), number(parsed, "--channels", 4), port);
      System.out.println(
          storesOnly ? "ready: stores alone" : "ready: connect to http://127.0.0.1:" + port);
      System.out.flush();
      cluster.keepUp();
      return 0;
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      return 0;
    } catch (IOException failure) {
      System.err.println("elanus: " + failure.getMessage());
      return 1;
    }
  }

  /** Before minutes go into what would end there. */
  private static void checkFree(int port) throws IOException {
    if (port < 0 || port > 65535) {
      throw new IOException("--port is from 0 to 65535, not " + port);
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress("127.0.0.1", port));
    } catch (BindException taken) {
      throw new IOException(
          "port " + port + " is taken by another process; --port N names one that is free", taken);
    }
  }

  private static int number(ParseResult parsed, String option, int otherwise) {
    return parsed.matchedOptionValue(option, otherwise);
  }
}
