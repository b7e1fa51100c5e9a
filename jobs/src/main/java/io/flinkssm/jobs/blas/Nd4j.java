package io.flinkssm.jobs.blas;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * The few methods of ND4J that products need, looked up by name, so that nothing is compiled
 * against it.
 *
 * <p>ND4J is told to use the calling thread only, which counts for all of this JVM: Flink has a
 * thread for every slot already.
 */
final class Nd4j {
  /** What the class path needs, besides the same with the classifier of the platform. */
  static final String ARTIFACT = "org.nd4j:nd4j-native:1.0.0-M2.1";

  private final MethodHandle create;
  private final MethodHandle data;
  private final MethodHandle floats;
  private final MethodHandle doubles;
  private final MethodHandle gemm;
  private final Object float32;
  private final Object float64;

  /** Loaded once: that unpacks hundreds of megabytes and takes seconds. */
  private static final class Loaded {
    private static Nd4j nd4j;
    private static Throwable obstacle;

    static {
      try {
        nd4j = new Nd4j(Nd4j.class.getClassLoader());
      } catch (Throwable e) { // natives fail as errors of every kind
        obstacle = e;
      }
    }
  }

  /** Why ND4J cannot run here; nothing if it can. */
  static Optional<String> obstacle() {
    return Optional.ofNullable(Loaded.obstacle)
        .map(
            e ->
                e instanceof ClassNotFoundException
                    ? "ND4J is not on the class path"
                    : "ND4J does not start: " + e);
  }

  /**
   * ND4J.
   *
   * @throws IllegalStateException if it cannot run here, saying why
   */
  static Nd4j get() {
    obstacle()
        .ifPresent(
            why -> {
              throw new IllegalStateException(
                  "products by BLAS cannot run, because "
                      + why
                      + "; put "
                      + ARTIFACT
                      + " with its dependencies and the natives of this platform into Flink's lib"
                      + " folder on every task manager, or set rescore.linear to java",
                  Loaded.obstacle);
            });
    return Loaded.nd4j;
  }

  private Nd4j(ClassLoader loader) throws Throwable {
    Lookup lookup = MethodHandles.publicLookup();
    Class<?> nd4j = Class.forName("org.nd4j.linalg.factory.Nd4j", true, loader);
    Class<?> factory = Class.forName("org.nd4j.linalg.factory.NDArrayFactory", true, loader);
    Class<?> blas = Class.forName("org.nd4j.linalg.api.blas.Blas", true, loader);
    Class<?> array = Class.forName("org.nd4j.linalg.api.ndarray.INDArray", true, loader);
    Class<?> buffer = Class.forName("org.nd4j.linalg.api.buffer.DataBuffer", true, loader);
    Class<?> type = Class.forName("org.nd4j.linalg.api.buffer.DataType", true, loader);
    float32 = lookup.findStaticGetter(type, "FLOAT", type).invoke();
    float64 = lookup.findStaticGetter(type, "DOUBLE", type).invoke();
    create =
        lookup
            .findStatic(nd4j, "create", methodType(array, type, long[].class, char.class))
            .asType(methodType(Object.class, Object.class, long[].class, char.class));
    data =
        lookup
            .findVirtual(array, "data", methodType(buffer))
            .asType(methodType(Object.class, Object.class));
    floats =
        lookup
            .findVirtual(buffer, "asNioFloat", methodType(FloatBuffer.class))
            .asType(methodType(FloatBuffer.class, Object.class));
    doubles =
        lookup
            .findVirtual(buffer, "asNioDouble", methodType(DoubleBuffer.class))
            .asType(methodType(DoubleBuffer.class, Object.class));
    MethodHandle product =
        lookup.findStatic(
            nd4j,
            "gemm",
            methodType(
                array,
                array,
                array,
                array,
                boolean.class,
                boolean.class,
                double.class,
                double.class));
    gemm =
        MethodHandles.insertArguments(product, 3, false, false, 1.0, 0.0)
            .asType(methodType(Object.class, Object.class, Object.class, Object.class));
    Object theFactory = lookup.findStatic(nd4j, "factory", methodType(factory)).invoke();
    Object theBlas = lookup.findVirtual(factory, "blas", methodType(blas)).invoke(theFactory);
    lookup.findVirtual(blas, "setMaxThreads", methodType(void.class, int.class)).invoke(theBlas, 1);
  }

  /** A matrix outside the heap, column by column. */
  static final class Matrix {
    private final Object array;
    private final FloatBuffer floats;
    private final DoubleBuffer doubles;

    private Matrix(Object array, FloatBuffer floats, DoubleBuffer doubles) {
      this.array = array;
      this.floats = floats;
      this.doubles = doubles;
    }

    /** Copies elements from a {@code float[]} or {@code double[]}, whichever the matrix is of. */
    void put(Object from, int offset, int length) {
      if (doubles == null) {
        floats.put(0, (float[]) from, offset, length);
      } else {
        doubles.put(0, (double[]) from, offset, length);
      }
    }

    /** Copies elements to a {@code float[]} or {@code double[]}. */
    void get(Object to, int offset, int length) {
      if (doubles == null) {
        floats.get(0, (float[]) to, offset, length);
      } else {
        doubles.get(0, (double[]) to, offset, length);
      }
    }
  }

  /**
   * A matrix.
   *
   * @param elementBytes 4 for float32, 8 for float64
   */
  Matrix matrix(int elementBytes, int rows, int columns) {
    boolean single = elementBytes == Float.BYTES;
    try {
      Object array =
          (Object) create.invokeExact(single ? float32 : float64, new long[] {rows, columns}, 'f');
      Object buffer = (Object) data.invokeExact(array);
      return single
          ? new Matrix(array, (FloatBuffer) floats.invokeExact(buffer), null)
          : new Matrix(array, null, (DoubleBuffer) doubles.invokeExact(buffer));
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@code c = a b}. */
  void multiply(Matrix a, Matrix b, Matrix c) {
    try {
      Object unused = (Object) gemm.invokeExact(a.array, b.array, c.array);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static RuntimeException failed(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("ND4J failed: " + e, e);
  }
}
