package io.flinkssm.sql;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.module.Module;

/**
 * All functions of state space models in SQL, loaded by {@code LOAD MODULE ssm}. {@code SHOW
 * FUNCTIONS} lists them; SQL does not mind in which case they are written.
 */
public final class SsmModule implements Module {
  /** By name as it is shown. */
  private final Map<String, FunctionDefinition> functions =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  public SsmModule() {
    functions.put("SsmScore", new SsmScore());
    functions.put("SsmDetect", new SsmDetect());
    functions.put("SsmWindow", new SsmWindow());
    functions.put("SsmKernel", new SsmKernel());
    functions.put("SsmModes", new SsmModes());
    functions.put("SsmPcm16", new SsmPcm16());
    functions.put("SsmMulaw", new SsmMulaw());
    functions.put("SsmAlaw", new SsmAlaw());
    functions.put("SsmFloat32", new SsmFloat32());
  }

  @Override
  public Set<String> listFunctions() {
    return functions.keySet();
  }

  @Override
  public Optional<FunctionDefinition> getFunctionDefinition(String name) {
    return Optional.ofNullable(functions.get(name));
  }
}
