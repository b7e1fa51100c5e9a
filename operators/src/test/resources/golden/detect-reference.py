#!/usr/bin/env python3
"""Reference of the watch of one channel, written for readability: strictly causal, Python 3 + numpy.

  detect-reference.py DATA.csv ROWS    rows of a CSV file with columns timestamp,value
                                       -> seconds,interval,value and what the parts say of each, for the golden files
"""
import csv
import datetime
import math
import sys

import numpy as np

START = 50  # rows whose median and spread set the asinh scale


class Rls:
    """Recursive least squares on fixed features of a stream it standardizes itself; returns the one-step error."""

    def __init__(self, d, lam, clip_in=6.0, clip_err=4.0, tau=3000.0):
        self.lam, self.clip_in, self.clip_err, self.tau = lam, clip_in, clip_err, tau
        self.P, self.w = np.eye(d), np.zeros(d)
        self.mu = None
        self.var = self.n = self.evar = self.ecount = 0.0

    def error(self, x, phi):
        if self.mu is None:
            self.mu = x
        sd = math.sqrt(self.var)
        if sd < 1e-9 * (abs(self.mu) + 1e-9) or self.n < 2:
            sd = abs(x - self.mu) or 1.0
        u = (x - self.mu) / sd
        clipped = min(max(u, -self.clip_in), self.clip_in)
        y = float(self.w @ phi)
        gain = self.P @ phi
        den = self.lam + float(phi @ gain)
        limit = self.clip_err * (math.sqrt(self.evar / self.ecount) if self.ecount > 20 else 1e9)
        e = min(max(clipped - y, -limit), limit)
        self.w += gain * (e / den)
        self.P = (self.P - np.outer(gain, gain) / den) / self.lam
        diagonal = np.diag(self.P)
        if (diagonal > 1.0).any():  # forgetting must not blow the covariance up past its prior
            f = np.where(diagonal > 1.0, 1.0 / np.sqrt(np.maximum(diagonal, 1e-300)), 1.0)
            self.P = self.P * f[:, None] * f[None, :]
        self.evar = self.evar * 0.998 + e * e
        self.ecount = self.ecount * 0.998 + 1
        self.n += 1
        a = 1.0 / min(self.n, self.tau)
        step = x - self.mu
        if self.n > 50 and self.var > 0:
            bound = self.clip_in * math.sqrt(self.var)
            step = min(max(step, -bound), bound)
        self.mu += a * step
        self.var = (1 - a) * (self.var + a * step * step)
        return u - y


class Tail:
    """-log tail probability of |e| (smooth=1) or of |EW mean of e| (smooth>1), from the stream's own past:
    a running q-quantile u, and above it an exponential (shape 0) or Pareto (shape 1) tail with a prior."""

    def __init__(self, smooth, shape, scale_tau, q=0.98, q_tau=4000.0, prior=0.3, prior_n=10.0):
        self.smooth, self.shape, self.scale_tau = smooth, shape, scale_tau
        self.q, self.q_tau, self.prior, self.prior_n = q, q_tau, prior, prior_n
        self.t = 0
        self.var = self.count = self.mean = self.excess = self.n_excess = 0.0
        self.u = 1.5 if smooth == 1 else 1.0 / math.sqrt(smooth)

    def score(self, e):
        t, self.t = self.t, self.t + 1
        if t < 5:
            return 0.0
        sd = max(math.sqrt(self.var / self.count) if self.count else 0.0, 0.01)
        z = e / sd
        clipped = min(max(z, -5.0), 5.0)
        decay = 1 - 1 / self.scale_tau
        self.var = self.var * decay + (e * e if self.count < 20 else clipped * clipped * sd * sd)
        self.count = self.count * decay + 1
        if self.smooth == 1:
            v = min(abs(z), 1e6)
        else:
            self.mean += (clipped - self.mean) / self.smooth
            v = abs(self.mean)
        u = self.u
        base = -math.log(1 - self.q)
        above = math.log((v + 1e-12) / (u + 1e-12)) if self.shape else v - u
        prior = self.prior if self.shape else self.prior * u
        scale = (self.excess * self.n_excess + prior * self.prior_n) / (self.n_excess + self.prior_n)
        s = base + above / (scale + 1e-12) if v > u else base * v / (u + 1e-12)
        if t >= 60 and v > u:  # learn the tail, one value moves it by 3 scales at most
            self.n_excess = min(self.n_excess + 1, self.q_tau * (1 - self.q))
            self.excess += (min(above, 3 * scale) - self.excess) / max(self.n_excess, 1)
        step = max(20.0 / (t + 10), 20.0 / self.q_tau) * 0.5 * max(u, 0.03)
        self.u = max(u + step * (self.q if v > u else self.q - 1), 1e-6)
        return min(s, 60.0) if t >= 60 else 0.0


class StateNovelty:
    """Distance of the SSM state from the states seen before: 6 real modes (leaky integrators, time constants 1 to 243
    rows), differences of neighbours whitened by their running mean and deviation, time of day on a circle of radius
    2, nearest of 200 prototypes, least recently matched replaced."""

    TAU = np.array([0.0, 3.0, 9.0, 27.0, 81.0, 243.0])  # in usual intervals; 0 is the input itself

    def __init__(self, usual, capacity=200, pull=0.05, tau=3000.0, clip=6.0, day_radius=2.0):
        self.capacity, self.pull, self.tau, self.clip, self.day_radius = capacity, pull, tau, clip, day_radius
        m = len(self.TAU)
        self.usual = usual
        self.h, self.mu, self.var = np.zeros(m), np.zeros(m), np.zeros(m)
        self.xm, self.xv, self.n, self.t = None, 0.0, 0.0, 0
        self.prototypes, self.last = np.zeros((capacity, m + 2)), np.full(capacity, -1)
        self.used, self.radius = 0, 0.0

    def distance(self, x, day, interval):
        if self.xm is None:
            self.xm = x
        t, self.t = self.t, self.t + 1
        self.n += 1
        a = 1.0 / min(self.n, self.tau)
        sd = math.sqrt(self.xv)
        known = sd >= 1e-9 * (abs(self.xm) + 1e-9) and self.n > 2
        u = min(max((x - self.xm) / (sd if known else abs(x - self.xm) or 1.0), -self.clip), self.clip)
        step = x - self.xm
        if sd > 0 and self.n > 50:
            step = min(max(step, -self.clip * sd), self.clip * sd)
        self.xm += a * step
        self.xv = (1 - a) * (self.xv + a * step * step)
        with np.errstate(divide='ignore'):
            self.h += (u - self.h) * (1 - np.exp(-interval / self.usual / self.TAU))
        v = self.h.copy()
        v[:-1] -= self.h[1:]
        dv = v - self.mu
        self.mu += a * dv
        self.var = (1 - a) * (self.var + a * dv * dv)
        s = np.sqrt(self.var)
        f = np.clip(np.where(s > 1e-6, dv / np.maximum(s, 1e-300), 0.0), -self.clip, self.clip)
        f = np.append(f, [self.day_radius * math.cos(2 * math.pi * day), self.day_radius * math.sin(2 * math.pi * day)])
        if t < 20:
            return 0.0
        distance = 0.0
        if self.used:
            q = ((self.prototypes[: self.used] - f) ** 2).sum(axis=1)
            near = int(q.argmin())
            distance = math.sqrt(q[near])
        if not self.used or distance > self.radius:
            if self.used < self.capacity:
                slot = self.used
                self.used += 1
            else:  # full: forget the least recently matched, widen what counts as a match
                slot = int(self.last.argmin())
                self.radius = 0.05 if self.radius < 1e-3 else self.radius * 1.02
            self.prototypes[slot], self.last[slot] = f, t
        else:
            self.last[near] = t
            self.prototypes[near] += self.pull * (f - self.prototypes[near])
        return distance


class Record:
    """How far x lies outside the range seen so far, in ranges; the range may leak back towards its middle."""

    def __init__(self, tau=0.0):
        self.tau, self.high, self.low, self.t = tau, None, None, 0

    def excess(self, x):
        if self.high is None:
            self.high = self.low = x
        t, self.t = self.t, self.t + 1
        r, s = self.high - self.low, 0.0
        if t >= 50:
            s = max(x - self.high, self.low - x, 0.0)
            s = s / r if r > 0 else (1e30 if s > 0 else 0.0)
        self.high, self.low = max(self.high, x), min(self.low, x)
        if self.tau:
            middle, keep = (self.high + self.low) / 2, 1 - 1 / self.tau
            self.high = max(middle + (self.high - middle) * keep, x)
            self.low = min(middle - (middle - self.low) * keep, x)
        return s


class Detector:
    def __init__(self, first_values, first_intervals, hold_tau=400.0):
        self.median = float(np.median(first_values))
        self.spread = 3 * float(np.median(np.abs(first_values - self.median))) + 1e-9 * abs(first_values[0]) + 1e-12
        self.seasonal, self.level = Rls(9, 0.9995), Rls(1, 0.9998)
        self.seasonal_tail, self.level_tail = Tail(40, 0, 2500.0), Tail(120, 1, 700.0)
        self.novelty, self.novelty_tail = StateNovelty(np.sort(first_intervals)[START // 2]), Tail(1, 0, 700.0)
        self.ever, self.slow, self.fast = Record(), Record(10000.0), Record(3000.0)
        self.hold, self.keep = 0.0, math.exp(-1 / hold_tau)

    def step(self, x, day, interval):
        x = min(max((x - self.median) / self.spread, -1e30), 1e30)
        y = math.asinh(x)
        angles = [2 * math.pi * k * day for k in (1, 2, 3, 4)]
        phi = np.array([1.0] + [g(a) for a in angles for g in (math.cos, math.sin)])
        ever, slow, fast = self.ever.excess(x), self.slow.excess(x), self.fast.excess(x)
        distance = self.novelty.distance(x, day, interval)
        seasonal, level = self.seasonal.error(y, phi), self.level.error(y, phi[:1])
        s = (1.1753 * (ever > 0.01) + 0.0567 * (slow > 0.05) + 0.0569 * (fast > 0.05) + 0.0617 * (fast > 0.2)
             + 0.1269 * self.novelty_tail.score(distance) + 0.0227 * self.seasonal_tail.score(seasonal)
             + 0.0084 * self.level_tail.score(level))
        self.seen = (distance, seasonal, level, s)
        out = s if s > self.hold else s * 1e-3  # refractory: only what tops the decaying peak fires
        self.hold = max(self.hold, s) * self.keep
        return float(out)


def intervals_of(seconds):
    intervals = np.diff(seconds, prepend=2 * seconds[0] - seconds[1])
    return np.where(intervals > 0, intervals, 1e-3)


def main():
    with open(sys.argv[1], newline="") as handle:
        rows = list(csv.DictReader(handle))[: int(sys.argv[2])]
    x = np.array([float(r["value"]) for r in rows])
    seconds = [datetime.datetime.fromisoformat(r["timestamp"] + "+00:00").timestamp() for r in rows]
    intervals = intervals_of(seconds)
    detector = Detector(x[:START], intervals[:START])
    print("seconds,interval,value,novelty,seasonal,level,evidence,held")
    for v, t, interval in zip(x, seconds, intervals):
        out = detector.step(float(v), t % 86400 / 86400, interval)
        print("%d,%.10g,%r,%s,%.13g" % (t, interval, float(v), ",".join("%.13g" % s for s in detector.seen), out))


if __name__ == "__main__":
    main()
