package io.flinkssm.sql;

import java.util.List;
import java.util.Optional;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;

/** Takes arguments as they are, in Flink's own data structures: no copy, no boxed samples. */
enum InternalTypes implements InputTypeStrategy {
  INSTANCE;

  @Override
  public ArgumentCount getArgumentCount() {
    return ConstantArgumentCount.any();
  }

  @Override
  public Optional<List<DataType>> inferInputTypes(CallContext context, boolean throwOnFailure) {
    return Optional.of(
        context.getArgumentDataTypes().stream().map(InternalTypes::internal).toList());
  }

  private static DataType internal(DataType type) {
    return switch (type.getLogicalType().getTypeRoot()) {
      case ROW -> type.bridgedTo(RowData.class);
      case CHAR, VARCHAR -> type.bridgedTo(StringData.class);
      case MAP -> type.bridgedTo(MapData.class);
      case DECIMAL -> type.bridgedTo(DecimalData.class);
      default -> type;
    };
  }

  @Override
  public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
    return List.of(Signature.of());
  }
}
