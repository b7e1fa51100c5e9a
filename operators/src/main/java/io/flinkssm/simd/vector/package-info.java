/**
 * The float32 kernels on the Vector API; the only package that imports {@code
 * jdk.incubator.vector}, and loaded by name, so that a JVM without that module never meets it.
 *
 * <p>Three rules hold here. The same call gives the same bits interpreted or compiled: sums keep
 * lanes apart or fold them in a fixed order, never by a reduction of unspecified order, and fused
 * multiply-adds round once in every tier. The bits of a row or element depend neither on its
 * position in the call nor on the number of lanes: scalar tails repeat the lanes' operations, and
 * machines with 8 and 16 lanes agree. Nothing is allocated: vectors stay local to small static
 * methods, where the compiler holds them in registers.
 */
package io.flinkssm.simd.vector;
