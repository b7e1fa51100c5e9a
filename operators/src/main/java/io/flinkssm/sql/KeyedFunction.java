package io.flinkssm.sql;

import io.flinkssm.flink.HostedScorer;
import io.flinkssm.flink.KeyStateSerializer;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.ScoringState;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringSink;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.StateTypeStrategy;
import org.apache.flink.table.types.inference.StaticArgument;
import org.apache.flink.table.types.inference.StaticArgumentTrait;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategies;

/**
 * A process table function over frames of keys: the life of {@link HostedScorer} inside Flink's
 * operator. What it is called with is read and checked while the query is planned.
 *
 * <p>State per key is one packed value, as {@code docs/state-format.md} draws it, in a map of one
 * entry: the value of a map is read and written when asked for, where a plain value would be read,
 * hashed, compared and written at every call. With {@code ssm.ordering=sorted} a second map holds
 * the frames that wait for the watermark.
 */
public abstract class KeyedFunction extends ProcessTableFunction<RowData>
    implements SpecializedFunction {
  private static final long serialVersionUID = 1;

  private final RowFormat format;
  private final ScoringCall call;

  private transient HostedScorer scorer;
  private transient int channels;
  private transient CurrentKey key;
  private transient ScoringSink sink;

  /**
   * @param call null until a query calls the function
   */
  KeyedFunction(RowFormat format, ScoringCall call) {
    this.format = format;
    this.call = call;
  }

  /** The arguments, the table named {@code input} first. */
  abstract List<StaticArgument> arguments();

  /**
   * Reads a call.
   *
   * @param timeColumn name of the column of {@code on_time}
   * @throws IllegalArgumentException naming what is wrong, what is needed, and an example
   */
  abstract ScoringCall read(CallArguments arguments, String timeColumn);

  /** This function for one call. */
  abstract KeyedFunction specialized(ScoringCall call);

  static StaticArgument inputTable() {
    return StaticArgument.table(
        "input", RowData.class, false, EnumSet.of(StaticArgumentTrait.SET_SEMANTIC_TABLE));
  }

  @Override
  public final TypeInference getTypeInference(DataTypeFactory types) {
    TypeInference.Builder inference =
        TypeInference.newBuilder()
            .stateTypeStrategies(states())
            .outputTypeStrategy(TypeStrategies.explicit(format.type()));
    return call == null
        ? inference.staticArguments(arguments()).inputTypeStrategy(new CallCheck(this)).build()
        // Static arguments would turn every row into an object of its own.
        : inference.inputTypeStrategy(InternalTypes.INSTANCE).build();
  }

  @SuppressWarnings("NonApiType") // Flink asks for this class: the order matters.
  private LinkedHashMap<String, StateTypeStrategy> states() {
    Duration ttl = call == null ? Duration.ZERO : call.options().get(ScoringOptions.STATE_TTL);
    LinkedHashMap<String, StateTypeStrategy> states = new LinkedHashMap<>();
    states.put(
        "key_state",
        state(raw(KeyState.class, new KeyStateSerializer()), DataTypes.TINYINT(), ttl));
    if (isSorted()) {
      states.put(
          "frame_buffer",
          state(
              raw(List.class, ScoringState.frameBuffer().getValueSerializer()),
              DataTypes.BIGINT(),
              Duration.ZERO));
    }
    return states;
  }

  private boolean isSorted() {
    return call != null
        && call.options().get(ScoringOptions.ORDERING) == ScoringConfig.Ordering.SORTED;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // A class does not know its type arguments.
  private static DataType raw(Class<?> type, TypeSerializer<?> serializer) {
    return DataTypes.RAW((Class) type, (TypeSerializer) serializer);
  }

  private static StateTypeStrategy state(DataType value, DataType key, Duration ttl) {
    return StateTypeStrategy.of(
        TypeStrategies.explicit(MapView.newMapViewDataType(key.notNull(), value.notNull())), ttl);
  }

  @Override
  public final UserDefinedFunction specialize(SpecializedContext context) {
    CallContext callContext = context.getCallContext();
    CallArguments arguments = new CallArguments(arguments(), callContext);
    int time = arguments.table("input").timeColumn();
    return specialized(read(arguments, arguments.rowType("input").getFieldNames().get(time)));
  }

  @Override
  public final void open(FunctionContext context) throws Exception {
    super.open(context);
    scorer = call.open(context.getMetricGroup());
    channels =
        call.columns().areArrays() ? scorer.model().inputChannels() : call.columns().channels();
    key = new CurrentKey(call.endsWithInput());
    sink =
        new ScoringSink() {
          @Override
          public void score(Score score) {
            collect(format.row(score));
          }

          @Override
          public void reject(Rejection rejection) {
            collect(format.row(rejection));
          }
        };
  }

  /** Flink 2.3 does not call it, so the model is given back when the task's thread ends. */
  @Override
  public final void close() throws Exception {
    if (scorer != null) {
      scorer.close();
    }
    super.close();
  }

  /**
   * Takes a row of the current key.
   *
   * @param rateHz the sampling rate as Flink gives it: any number, for it casts no named argument;
   *     null if it is not stated
   */
  final void take(
      Context context,
      MapView<Byte, KeyState<?>> state,
      MapView<Long, List<Frame>> waiting,
      RowData row,
      Object rateHz)
      throws Exception {
    key.is(context, state, waiting);
    scorer.take(
        call.columns().frame(row, channels, rateHz == null ? 0 : Numbers.of(rateHz)), key, sink);
  }

  /** Called by Flink. */
  public final void onTimer(OnTimerContext context, MapView<Byte, KeyState<?>> state)
      throws Exception {
    onTimer(context, state, null);
  }

  /** Called by Flink. */
  public final void onTimer(
      OnTimerContext context, MapView<Byte, KeyState<?>> state, MapView<Long, List<Frame>> waiting)
      throws Exception {
    key.is(context, state, waiting);
    scorer.wake(CurrentKey.asked(context.timeContext(Long.class).time()), key, sink);
  }
}
