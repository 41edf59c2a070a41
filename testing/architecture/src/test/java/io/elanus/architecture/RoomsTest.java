package io.elanus.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The map of ARCHITECTURE.md as rules: a room that looks where it may not fails here, by name. */
final class RoomsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.elanus");

  /** Room to the rooms it may see; all may see {@code schema}. */
  private static final Map<String, List<String>> MAY_SEE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("schema", List.of()),
              Map.entry("vectors", List.of()),
              Map.entry("text", List.of()),
              Map.entry("files", List.of()),
              Map.entry("expression", List.of()),
              Map.entry("index", List.of("vectors", "files", "expression")),
              Map.entry("segment", List.of("vectors", "files", "expression", "index")),
              Map.entry("disk", List.of()),
              Map.entry("log", List.of("disk")),
              Map.entry("metadata", List.of("disk", "log")),
              Map.entry("objects", List.of("disk")),
              Map.entry("rocksdb", List.of("disk", "log", "metadata")),
              Map.entry("etcd", List.of("metadata")),
              Map.entry("jdbc", List.of("metadata")),
              Map.entry("brokers", List.of("log")),
              Map.entry("kafka", List.of("brokers", "log")),
              Map.entry("pulsar", List.of("brokers", "log")),
              Map.entry("servers", List.of()),
              Map.entry("s3", List.of("disk", "objects")),
              Map.entry("azure", List.of("disk", "objects")),
              Map.entry("gcs", List.of("disk", "objects")),
              Map.entry("roles", List.of("expression")),
              Map.entry(
                  "coordinator",
                  List.of("roles", "expression", "index", "disk", "metadata", "objects")),
              Map.entry(
                  "node",
                  List.of(
                      "roles",
                      "expression",
                      "files",
                      "index",
                      "segment",
                      "disk",
                      "log",
                      "objects")),
              Map.entry("proxy", List.of("roles", "expression", "index")),
              Map.entry("transport", List.of("roles", "expression")),
              Map.entry("membership", List.of("roles", "metadata")),
              Map.entry("api.milvus", List.of("roles", "expression", "api.http")),
              Map.entry("api.client", List.of("roles", "api.milvus")), // its messages
              Map.entry("api.http", List.of())));

  private static final List<String> GENERATED =
      List.of(
          "io.elanus.api.milvus.proto", "io.elanus.expression.grammar", "io.elanus.transport.wire");

  @TestFactory
  List<DynamicTest> eachRoomSeesOnlyItsNeighbours() {
    return MAY_SEE.keySet().stream()
        .map(room -> DynamicTest.dynamicTest(room, () -> rule(room).check(CLASSES)))
        .toList();
  }

  private static ArchRule rule(String room) {
    String[] forbidden =
        MAY_SEE.keySet().stream()
            .filter(other ->
                !other.equals(room)
                    && !other.equals("schema")
                    && !MAY_SEE.get(room).contains(other))
            .map(other -> "io.elanus." + other + "..")
            .toArray(String[]::new);
    String[] apps = {
      "io.elanus.process..",
      "io.elanus.embedded..",
      "io.elanus.server..",
      "io.elanus.cli..",
      "io.elanus.quickstart.."
    };
    return noClasses()
        .that(resideInAPackage("io.elanus." + room + ".."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(apps)
        .allowEmptyShould(true);
  }

  @Test
  void theChecksOfColumnsKnowNothingOfTheProxy() {
    noClasses()
        .that()
        .resideInAPackage("io.elanus.proxy.column")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.proxy", "io.elanus.roles..")
        .check(CLASSES);
  }

  @Test
  void onlyTheMilvusDoorAndItsClientKnowMilvusMessages() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.api.milvus..", "io.elanus.api.client..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.elanus.api.milvus.proto..")
        .check(CLASSES);
  }

  @Test
  void theClientKnowsTheMessagesAndNothingElseOfTheDoor() {
    noClasses()
        .that()
        .resideInAPackage("io.elanus.api.client..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.api.milvus", "io.elanus.api.milvus.rehearsal..")
        .check(CLASSES);
  }

  @Test
  void onlyVectorsUseTheVectorModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.elanus.vectors..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(CLASSES);
  }

  @Test
  void serverAndLibraryShareTheWiringOnly() {
    noClasses()
        .that(resideInAPackage("io.elanus.process.."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.embedded..", "io.elanus.server..", "io.elanus.cli..")
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage("io.elanus.server.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.elanus.embedded..")
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage("io.elanus.embedded.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.elanus.server..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAppSeesRocksDb() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.rocksdb..", "io.elanus.process..", "io.elanus.server..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.rocksdb..", "org.rocksdb..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAppSeesEtcd() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.etcd..", "io.elanus.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.etcd..", "io.etcd..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAppSeesSqlDatabases() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.jdbc..", "io.elanus.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.elanus.jdbc..",
            "java.sql..",
            "com.zaxxer..",
            "org.flywaydb..",
            "org.mariadb..",
            "org.postgresql..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAppSeesKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.kafka..", "io.elanus.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.kafka..", "org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAppSeesPulsar() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.pulsar..", "io.elanus.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.pulsar..", "org.apache.pulsar..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAppSeesS3() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.s3..", "io.elanus.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.elanus.s3..", "software.amazon..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAppSeesAzureAndGoogle() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.elanus.azure..", "io.elanus.gcs..", "io.elanus.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.elanus.azure..",
            "io.elanus.gcs..",
            "com.azure..",
            "com.google.api.client..",
            "com.google.auth..")
        .check(CLASSES);
  }

  /** Both read by {@code node.read}; the leader asks a query node as a role. */
  @Test
  void neitherLeaderNorQueryNodeLooksIntoTheOther() {
    noClasses()
        .that(resideInAPackage("io.elanus.node.streaming.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.elanus.node.query..")
        .check(CLASSES);
    noClasses()
        .that(resideInAnyPackage("io.elanus.node.query..", "io.elanus.node.read.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.elanus.node.streaming..")
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage("io.elanus.node.read.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.elanus.node.query..")
        .check(CLASSES);
  }

  /** Families of indexes, and what they share, stand above or beside each other. */
  @Test
  void noTwoPackagesOfIndexesLookAtEachOther() {
    slices().matching("io.elanus.index.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theEngineAndTheRolesKnowNoNetwork() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.elanus.schema..",
            "io.elanus.vectors..",
            "io.elanus.files..",
            "io.elanus.expression..",
            "io.elanus.index..",
            "io.elanus.segment..",
            "io.elanus.roles..",
            "io.elanus.coordinator..",
            "io.elanus.node..",
            "io.elanus.proxy..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.netty..", "java.net..")
        .check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatItIsAndRefusesNull() {
    Set<String> packages = new TreeSet<>();
    Set<String> described = new TreeSet<>();
    for (JavaClass each : CLASSES) {
      packages.add(each.getPackageName());
      if (each.getSimpleName().equals("package-info")) {
        described.add(each.getPackageName());
      }
    }
    packages.removeIf(name -> GENERATED.stream().anyMatch(name::startsWith));
    assertThat(described).containsExactlyInAnyOrderElementsOf(packages);
    classes()
        .that()
        .haveSimpleName("package-info")
        .should()
        .beAnnotatedWith("org.jspecify.annotations.NullMarked")
        .check(CLASSES);
  }
}
