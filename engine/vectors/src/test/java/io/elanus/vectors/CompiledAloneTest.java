package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Loops over vectors are too long for the compiler to take them into their callers. */
class CompiledAloneTest {
  /** HotSpot's FreqInlineSize on all 64-bit platforms. */
  private static final int INLINED_BYTES = 325;

  private static final Set<String> LOADS = Set.of("floats", "ints", "bytes", "shorts", "longs");

  @Test
  void noLoopOverVectorsIsInlined() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Lanes.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("io/elanus/vectors");
    List<String> found = new ArrayList<>();
    List<String> small = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("Simd")).toList()) {
        for (MethodModel method : ClassFile.of().parse(file).methods()) {
          CodeModel code = method.code().orElse(null);
          if (code != null && loadsInALoop(code)) {
            int bytes = ((CodeAttribute) code).codeLength();
            String name = file.getFileName() + " " + method.methodName() + ": " + bytes;
            found.add(name);
            if (bytes <= INLINED_BYTES) {
              small.add(name);
            }
          }
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(15);
    assertThat(small).isEmpty();
  }

  /** Whether a branch leads back over a load of a vector. */
  private static boolean loadsInALoop(CodeModel code) {
    Set<Label> beforeLoad = new HashSet<>();
    Set<Label> seen = new HashSet<>();
    boolean[] loop = new boolean[1];
    code.forEach(element -> {
      switch (element) {
        case LabelTarget target -> seen.add(target.label());
        case InvokeInstruction call
            when call.owner().asInternalName().endsWith("/Lanes")
                && LOADS.contains(call.name().stringValue()) ->
            beforeLoad.addAll(seen);
        case BranchInstruction branch -> loop[0] |= beforeLoad.contains(branch.target());
        default -> {}
      }
    });
    return loop[0];
  }
}
