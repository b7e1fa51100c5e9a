package io.flinkssm.model;

import java.nio.ByteBuffer;

/** Element types of a safetensors file that this reader converts to double. */
enum TensorType {
  F64(8) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.getDouble(at);
    }
  },
  F32(4) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.getFloat(at);
    }
  },
  F16(2) {
    @Override
    double read(ByteBuffer data, int at) {
      return half(data.getShort(at));
    }
  },
  BF16(2) {
    @Override
    double read(ByteBuffer data, int at) {
      return Float.intBitsToFloat(data.getShort(at) << 16);
    }
  },
  I64(8) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.getLong(at);
    }
  },
  I32(4) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.getInt(at);
    }
  },
  I16(2) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.getShort(at);
    }
  },
  I8(1) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.get(at);
    }
  },
  U8(1) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.get(at) & 0xff;
    }
  },
  BOOL(1) {
    @Override
    double read(ByteBuffer data, int at) {
      return data.get(at) == 0 ? 0 : 1;
    }
  };

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  int bytes() {
    return bytes;
  }

  /** The element at byte {@code at} of a little-endian buffer. */
  abstract double read(ByteBuffer data, int at);

  /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
  private static double half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    double magnitude =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
