package io.elanus.cli;

import io.elanus.membership.Role;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.server.SettingsFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code elanus start | stop | status | ctl | version | settings | train}. The commands are
 * specified in code, not by annotations, because reading annotations would cost a tenth of the time
 * in which the process is to be ready.
 */
public final class Main {
  static final String VERSION = "0.1.0";

  private Main() {}

  public static void main(String[] arguments) {
    bufferArenas();
    CommandLine line = new CommandLine(commands()).setExecutionStrategy(Main::executeOrComplain);
    System.exit(line.execute(arguments));
  }

  /** As many as there are event loops; Netty reads it when the first buffer is made. */
  private static void bufferArenas() {
    String loops = String.valueOf(Math.max(2, Runtime.getRuntime().availableProcessors()));
    System.setProperty("io.netty.allocator.numDirectArenas", loops);
    System.setProperty("io.netty.allocator.numHeapArenas", loops);
  }

  private static CommandSpec commands() {
    CommandSpec root = CommandSpec.create().name("elanus");
    root.usageMessage()
        .description("A vector database that speaks the Milvus protocol.")
        .footer(
            "",
            "Also: elanus quickstart (try it on real texts), elanus test, elanus bench, elanus build.");
    root.addSubcommand("start", start());
    root.addSubcommand("stop", withData("stop", "Stop the process that serves a data folder."));
    root.addSubcommand(
        "status", withData("status", "Say whether a process serves a data folder, and where."));
    root.addSubcommand("ctl", CtlCommand.specification());
    root.addSubcommand("version", described("version", "Print the version."));
    root.addSubcommand("settings", described("settings", "List every setting with its default."));
    root.addSubcommand(
        "train",
        described("train", "Start, serve once and stop: used when the class archive is made."));
    root.addSubcommand("help", described("help", "Print this."));
    return root;
  }

  private static CommandSpec described(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description);
    return spec;
  }

  static CommandSpec withData(String name, String description) {
    return described(name, description)
        .addOption(option("--data", "DIR", "the data folder (default: data)", String.class))
        .addOption(option("--config", "FILE", "settings as YAML", Path.class));
  }

  private static CommandSpec start() {
    CommandSpec spec =
        withData("start", "Start a process; prints one line, ready, when it really serves.");
    spec.addOption(
        option(
            "--port",
            "PORT",
            "port of the Milvus service (default: 19530; 0: a free one)",
            String.class));
    spec.addOption(
        option(
            "--http-port",
            "PORT",
            "port of health and metrics (default: 9091; 0: a free one)",
            String.class));
    spec.addOption(
        option(
            "--roles",
            "ROLES",
            "run these roles of a cluster, such as proxy,querynode (default: all, standalone)",
            String.class));
    spec.addOption(
        OptionSpec.builder("--set")
            .paramLabel("KEY=VALUE")
            .description("a setting; `elanus settings` lists them")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .build());
    spec.addOption(
        OptionSpec.builder("--detach")
            .description("go to the background once ready (done by the launcher)")
            .build());
    return spec;
  }

  static OptionSpec option(String name, String label, String description, Class<?> type) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .description(description)
        .type(type)
        .arity("1")
        .build();
  }

  private static int executeOrComplain(ParseResult parsed) {
    try {
      return execute(parsed);
    } catch (ElanusException refused) {
      System.err.println("elanus: " + told(refused));
      return 1;
    } catch (RuntimeException bug) {
      bug.printStackTrace();
      return 1;
    }
  }

  /** The sentence alone where there is one: the base text of its code is for clients. */
  static String told(ElanusException refused) {
    if (refused.leading().isEmpty()) {
      return refused.getMessage();
    }
    StringBuilder text = new StringBuilder(refused.leading());
    refused
        .variables()
        .forEach(variable ->
            text.append(" [")
                .append(variable.name())
                .append('=')
                .append(variable.value())
                .append(']'));
    return text.toString();
  }

  private static int execute(ParseResult parsed) {
    if (!parsed.hasSubcommand()) {
      parsed.commandSpec().commandLine().usage(System.out);
      return 0;
    }
    ParseResult command = parsed.subcommand();
    return switch (command.commandSpec().name()) {
      case "start" -> StartCommand.run(settings(command), roles(command));
      case "stop" -> RunningProcess.of(dataFolder(command)).stop(Duration.ofSeconds(30));
      case "status" -> RunningProcess.of(dataFolder(command)).status();
      case "ctl" ->
          CtlCommand.run(
              command, configured(command), () -> RunningProcess.of(dataFolder(command)));
      case "version" -> print("elanus " + VERSION + " (Java " + Runtime.version() + ")");
      case "settings" -> listSettings();
      case "train" -> StartCommand.train();
      default -> {
        parsed.commandSpec().commandLine().usage(System.out);
        yield 0;
      }
    };
  }

  /** As {@code start} told with the same options would have it. */
  private static Path dataFolder(ParseResult command) {
    return withDataFolder(command, configured(command)).path(Setting.DATA_DIRECTORY);
  }

  private static Settings configured(ParseResult command) {
    return command.hasMatchedOption("--config")
        ? SettingsFile.read(
            command.matchedOptionValue("--config", Path.of("")), Settings.defaults())
        : Settings.defaults();
  }

  private static Settings withDataFolder(ParseResult command, Settings settings) {
    return withOption(command, "--data", Setting.DATA_DIRECTORY, settings);
  }

  /** A value that the setting cannot have is refused under the name of the option. */
  private static Settings withOption(
      ParseResult command, String option, Setting setting, Settings settings) {
    if (!command.hasMatchedOption(option)) {
      return settings;
    }
    try {
      return settings.with(
          setting, String.valueOf((Object) command.matchedOptionValue(option, "")));
    } catch (ElanusException refused) {
      throw new ElanusException(refused.code(), "option " + option + ": " + refused.leading());
    }
  }

  private static Settings settings(ParseResult command) {
    Settings settings = configured(command);
    for (String pair : command.matchedOptionValue("--set", List.<String>of())) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw ElanusException.invalid("--set wants KEY=VALUE, not \"" + pair + "\"");
      }
      settings = settings.with(pair.substring(0, equals), pair.substring(equals + 1));
    }
    settings = withDataFolder(command, settings);
    settings = withOption(command, "--port", Setting.GRPC_PORT, settings);
    settings = withOption(command, "--http-port", Setting.HTTP_PORT, settings);
    return settings;
  }

  private static Set<Role> roles(ParseResult command) {
    return command.hasMatchedOption("--roles")
        ? Role.parse(command.matchedOptionValue("--roles", ""))
        : Set.of();
  }

  private static int listSettings() {
    for (Setting setting : Setting.values()) {
      System.out.printf(
          "%-30s %-10s %s%n", setting.key(), setting.defaultText(), setting.meaning());
    }
    return 0;
  }

  private static int print(String line) {
    System.out.println(line);
    return 0;
  }
}
