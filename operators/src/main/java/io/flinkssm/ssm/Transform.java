package io.flinkssm.ssm;

import java.util.Locale;

/**
 * How a checkpoint stores a positive number: the functions {@code f} of the reference options
 * {@code dt_transform}, {@code real_transform} and {@code imag_transform}.
 */
public enum Transform {
  /** {@code e^p}. */
  EXP {
    @Override
    public double apply(double p) {
      return Math.exp(p);
    }
  },
  /** {@code log(1 + e^p)}. */
  SOFTPLUS {
    @Override
    public double apply(double p) {
      return Math.max(p, 0) + Math.log1p(Math.exp(-Math.abs(p)));
    }
  },
  /** {@code max(p, 0) + 1e-4}: the reference keeps the result off zero. */
  RELU {
    @Override
    public double apply(double p) {
      return Math.max(p, 0) + 1e-4;
    }
  },
  /** {@code 1/(1 + e^−p)}. */
  SIGMOID {
    @Override
    public double apply(double p) {
      return 1 / (1 + Math.exp(-p));
    }
  },
  /** {@code p} itself, of either sign. */
  NONE {
    @Override
    public double apply(double p) {
      return p;
    }
  };

  /** The value that a stored parameter stands for. */
  public abstract double apply(double p);

  /**
   * The transform of an official name: {@code exp}, {@code softplus}, {@code relu}, {@code sigmoid}
   * or {@code none}.
   */
  public static Transform of(String name) {
    for (Transform transform : values()) {
      if (transform.officialName().equals(name)) {
        return transform;
      }
    }
    throw new IllegalArgumentException(
        "transform is \"" + name + "\", expected exp, softplus, relu, sigmoid or none");
  }

  /** The name in the reference configuration. */
  public String officialName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
