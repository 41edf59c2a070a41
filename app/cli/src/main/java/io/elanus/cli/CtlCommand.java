package io.elanus.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.server.SignedChanges;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code elanus ctl}: asks the management port of a process, prints what it says as a table or as
 * it came, and repeats drains and moves of channels until they are done.
 */
final class CtlCommand {
  private static final List<String> LISTS = List.of("nodes", "channels", "segments", "replicas");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long PAUSE_MILLIS = 250;

  private final String address;
  private final boolean json;
  private final Settings settings;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ObjectMapper mapper = new ObjectMapper();

  private CtlCommand(String address, boolean json, Settings settings) {
    this.address = address;
    this.json = json;
    this.settings = settings;
  }

  static CommandSpec specification() {
    CommandSpec spec =
        Main.withData("ctl", "Show what is where in a cluster or a process, or have it moved.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("WHAT")
            .description(
                "nodes, channels, segments, replicas, drain NODE, move-channel CHANNEL NODE, "
                    + "move-segment SEGMENT NODE")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1..3")
            .build());
    spec.addOption(
        Main.option("--at", "HOST:PORT", "port of health and metrics of a process", String.class));
    spec.addOption(OptionSpec.builder("--json").description("as JSON").build());
    return spec;
  }

  /**
   * @param settings tell the cluster's secret, without which changes are taken on the same machine
   *     only
   * @param serving the process of the data folder, for who names no address
   */
  static int run(ParseResult command, Settings settings, Supplier<RunningProcess> serving) {
    List<String> words = command.matchedPositionalValue(0, List.<String>of());
    String address =
        command.hasMatchedOption("--at")
            ? command.matchedOptionValue("--at", "")
            : addressOf(serving.get());
    return new CtlCommand(address, command.hasMatchedOption("--json"), settings).run(words);
  }

  private static String addressOf(RunningProcess process) {
    return process
        .note()
        .map(RunningProcess.Note::httpAddress)
        .map(bound -> bound.replaceFirst("^0\\.0\\.0\\.0:", "127.0.0.1:"))
        .orElseThrow(() ->
            new ElanusException(
                ErrorCode.UNAVAILABLE,
                "no process serves the data folder "
                    + process.folder()
                    + "; --at HOST:PORT names the port of health and metrics of one elsewhere"));
  }

  private int run(List<String> words) {
    String what = words.getFirst();
    int given = words.size() - 1;
    if (LISTS.contains(what) && given == 0) {
      JsonNode rows = ask("GET", "/management/" + what);
      System.out.print(json ? rows.toPrettyString() + "\n" : Table.of(rows));
      return 0;
    }
    if (what.equals("drain") && given == 1) {
      return repeat("/management/node/drain?node_id=" + encoded(words.get(1)));
    }
    if (what.equals("move-channel") && given == 2) {
      return repeat(
          "/management/channel/move?channel="
              + encoded(words.get(1))
              + "&target_node_id="
              + encoded(words.get(2)));
    }
    if (what.equals("move-segment") && given == 2) {
      return repeat(
          "/management/querycoord/transfer/segment?segment_id="
              + encoded(words.get(1))
              + "&target_node_id="
              + encoded(words.get(2)));
    }
    throw ElanusException.invalid(
        "ctl takes nodes, channels, segments, replicas, drain NODE, move-channel CHANNEL NODE or"
            + " move-segment SEGMENT NODE");
  }

  private static String encoded(String word) {
    return URLEncoder.encode(word, StandardCharsets.UTF_8);
  }

  /** Until it is done; what is left meanwhile is told where it changes. */
  private int repeat(String path) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    String told = "";
    while (true) {
      JsonNode answer = ask("POST", path);
      boolean done = answer.path("done").asBoolean();
      String line = json ? answer.toString() : Table.line(answer);
      if (!line.equals(told)) {
        System.out.println(line);
        told = line;
      }
      if (done) {
        return 0;
      }
      if (System.nanoTime() - until > 0) {
        System.err.println("elanus: not done in " + PATIENCE.toMinutes() + " minutes; it goes on");
        return 1;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ElanusException(ErrorCode.CANCELLED, "interrupted", interrupted);
    }
  }

  private JsonNode ask(String method, String path) {
    HttpResponse<String> response = send(method, path);
    JsonNode answer;
    try {
      answer = mapper.readTree(response.body());
    } catch (JsonProcessingException other) {
      throw new ElanusException(
          ErrorCode.UNAVAILABLE, "what answers at " + address + " is no Elanus process", other);
    }
    if (response.statusCode() != 200) {
      String told = answer.path("msg").asText(answer.path("message").asText("no reason given"));
      throw new ElanusException(ErrorCode.UNAVAILABLE, address + " says: " + told);
    }
    return answer;
  }

  private HttpResponse<String> send(String method, String path) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://" + address + path))
              .timeout(Duration.ofMinutes(2))
              .method(method, HttpRequest.BodyPublishers.noBody());
      if (!method.equals("GET")) {
        SignedChanges.header(settings, method, path)
            .ifPresent(signed -> request.header("Authorization", signed));
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IllegalArgumentException malformed) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER, "--at wants HOST:PORT, not \"" + address + "\"", malformed);
    } catch (IOException unreachable) {
      throw new ElanusException(
          ErrorCode.UNAVAILABLE, "no process answers at " + address, unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ElanusException(ErrorCode.CANCELLED, "interrupted", interrupted);
    }
  }
}
