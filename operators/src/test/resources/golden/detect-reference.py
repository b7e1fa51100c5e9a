#!/usr/bin/env python3
"""Reference of the watch of one channel, written for readability: strictly causal, Python 3 + numpy.

  detect-reference.py DATA.csv ROWS    rows of a CSV file with columns timestamp,value
                                       -> seconds, interval, value, and -ln p of each kind of evidence with what they amount to
"""
import csv
import datetime
import math
import sys

import numpy as np

START = 50  # rows whose median and spread set the asinh scale


def clip(x, bound):
    return min(max(x, -bound), bound)


class Scale:
    """Standardizes by running mean and deviation (memory 3000), which learn from clipped steps."""

    def __init__(self, tau=3000.0, bound=6.0):
        self.tau, self.bound, self.n, self.mu, self.var = tau, bound, 0, 0.0, 0.0

    def standardize(self, x):
        self.n += 1
        if self.n == 1:
            self.mu = x
        sd, step = math.sqrt(self.var), x - self.mu
        known = self.n > 2 and sd >= 1e-9 * (abs(self.mu) + 1e-9)
        u = step / sd if known else float(np.sign(step))
        if self.n > 50 and self.var > 0:
            step = clip(step, self.bound * sd)
        a = 1.0 / min(self.n, self.tau)
        self.mu += a * step
        self.var = (1 - a) * (self.var + a * step * step)
        return u


class Rls:
    """Recursive least squares with forgetting; returns the one-step error."""

    def __init__(self, d, lam, clip_in=6.0, clip_err=4.0):
        self.lam, self.clip_in, self.clip_err = lam, clip_in, clip_err
        self.P, self.w = np.eye(d), np.zeros(d)
        self.evar = self.ecount = 0.0

    def error(self, u, phi):
        y = float(self.w @ phi)
        gain = self.P @ phi
        den = self.lam + float(phi @ gain)
        limit = self.clip_err * (math.sqrt(self.evar / self.ecount) if self.ecount > 20 else 1e9)
        e = clip(clip(u, self.clip_in) - y, limit)
        self.w += gain * (e / den)
        self.P = (self.P - np.outer(gain, gain) / den) / self.lam
        diagonal = np.diag(self.P)
        if (diagonal > 1.0).any():  # forgetting must not blow the covariance up past its prior
            f = np.where(diagonal > 1.0, 1.0 / np.sqrt(np.maximum(diagonal, 1e-300)), 1.0)
            self.P = self.P * f[:, None] * f[None, :]
        self.evar = self.evar * 0.998 + e * e
        self.ecount = self.ecount * 0.998 + 1
        return u - y


class Tail:
    """-log p of |e| (smooth=1) or of |EW mean of e| (smooth>1), in running deviations of e, from the stream's own past:
    a ladder of steps, each exceeded by a tenth of what exceeds the one before."""

    def __init__(self, smooth=1, tau=2500.0):
        self.smooth, self.tau, self.t = smooth, tau, 0
        self.var = self.count = self.mean = 0.0
        self.n = self.excursions = 0
        self.inside = False
        self.prior = [1.645 / math.sqrt(smooth), 1.0, 1.0, 1.0]
        self.steps = list(self.prior)

    def magnitude(self, e):
        self.t += 1
        if self.t <= 5:
            return 0.0
        sd = max(math.sqrt(self.var / self.count) if self.count else 0.0, 0.01)
        z = e / sd
        decay = 1 - 1 / self.tau
        self.var = self.var * decay + (e * e if self.count < 20 else (clip(z, 5.0) * sd) ** 2)
        self.count = self.count * decay + 1
        if self.smooth == 1:
            return min(abs(z), 1e6)
        self.mean += (clip(z, 5.0) - self.mean) / self.smooth
        return abs(self.mean)

    def score(self, e):
        v = self.magnitude(e)
        n, self.n = self.n, self.n + 1
        if n < 5:
            return 0.0
        passed, top, step = 0, 0.0, self.steps[0]
        while v > top + step:
            passed, top = passed + 1, top + step
            if passed == 4:
                break
            step *= self.steps[passed]
        self.excursions += passed > 0 and not self.inside
        self.inside = passed > 0
        length = (n * 0.1 + 3) / (self.excursions + 3)
        known = min(n, 100000.0)
        for k in range(min(passed, 3) + 1):
            gain = 2 / (0.1 * math.log(10)) / (known + 50 * length)
            self.steps[k] = max(self.steps[k] * (1 + gain * ((k < passed) - 0.1)), 0.05 * self.prior[k])
            known *= 0.1
        return min(math.log(10) * (passed + (v - top) / step), 60.0) if n >= 60 else 0.0


class Novelty:
    """Distance of the memory from its prototypes: real modes (zero-order hold over the true interval), differences
    of neighbours whitened by their running mean and deviation, time of day on a circle; nearest of so many
    prototypes, least recently matched replaced."""

    TAU = np.array([1.0, 3.0, 9.0, 27.0, 81.0, 243.0])  # in usual intervals

    def __init__(self, usual, capacity, pull=0.1, tau=3000.0, bound=6.0, day_radius=2.0):
        self.usual, self.capacity, self.pull, self.tau, self.bound, self.day_radius = usual, capacity, pull, tau, bound, day_radius
        m = len(self.TAU)
        self.scale, self.h, self.mu, self.var, self.t = Scale(), np.zeros(m), np.zeros(m), np.zeros(m), 0
        self.prototypes, self.last = np.zeros((capacity, m + 2)), np.full(capacity, -1)
        self.used, self.radius = 0, 0.0

    def distance(self, x, day, interval):
        t, self.t = self.t, self.t + 1
        a = 1.0 / min(self.t, self.tau)
        self.u = self.scale.standardize(x)
        u = clip(self.u, self.bound)
        self.h += (u - self.h) * (1 - np.exp(-interval / self.usual / self.TAU))
        v = self.h.copy()
        v[:-1] -= self.h[1:]
        dv = v - self.mu
        self.mu += a * dv
        self.var = (1 - a) * (self.var + a * dv * dv)
        s = np.sqrt(self.var)
        f = np.clip(np.where(s > 1e-6, dv / np.maximum(s, 1e-300), 0.0), -self.bound, self.bound)
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


class Profile:
    """Distance from what is usual at this time of day: mean and variance of 48 half-hours, interpolated."""

    def __init__(self):
        self.mean, self.var, self.visits = np.zeros(48), np.zeros(48), np.zeros(48)

    def distance(self, y, day):
        place = day * 48 - 0.5
        below = math.floor(place)
        part = place - below
        a, b = below % 48, (below + 1) % 48
        mean = (1 - part) * self.mean[a] + part * self.mean[b]
        var = (1 - part) * self.var[a] + part * self.var[b]
        z = (y - mean) / math.sqrt(var + 1e-6) if min(self.visits[a], self.visits[b]) > 2 else 0.0
        j = a if part < 0.5 else b
        self.visits[j] += 1
        step, gain = y - self.mean[j], max(1 / self.visits[j], 0.02)
        if self.visits[j] > 20:
            step = clip(step, 4 * math.sqrt(self.var[j] + 1e-6))
        self.mean[j] += gain * step
        self.var[j] = (1 - gain) * (self.var[j] + gain * step * step)
        return z


class Range:
    """-ln p of a value outside everything seen before: by how often the series crossed its mean."""

    def __init__(self):
        self.high = self.low = None
        self.crossings = self.side = 0

    def surprise(self, x, u):
        if self.high is None:
            self.high = self.low = x
        record = max(x - self.high, self.low - x) > 0.005 * (self.high - self.low)
        out = math.log(self.crossings + 1.5) if record else 0.0
        self.high, self.low = max(self.high, x), min(self.low, x)
        if u != 0:
            self.crossings += np.sign(u) == -self.side
            self.side = np.sign(u)
        return out


class Detector:
    def __init__(self, first_values, first_intervals, capacity=184, hold_tau=400.0):
        self.median = float(np.median(first_values))
        self.spread = 3 * float(np.median(np.abs(first_values - self.median))) + 1e-9 * abs(first_values[0]) + 1e-12
        self.n = 0
        self.scale, self.seasonal, self.readout, self.profile = Scale(), Rls(9, 0.9995), Rls(15, 0.999), Profile()
        self.novelty, self.range = Novelty(float(np.median(first_intervals[1:])), capacity), Range()
        self.recent = self.usual = 0.0
        self.tails = {kind: Tail() for kind in ("novelty", "season", "spike", "burst", "quiet")}
        self.tails["drift"] = Tail(40)
        self.hold, self.keep = 0.0, math.exp(-1 / hold_tau)

    def step(self, x, day, interval, day_passed):
        """-ln p of range, novelty, drift, season, spike, variance; what they amount to; the same, held back after a peak."""
        x = clip((x - self.median) / self.spread, 1e30)
        y = math.asinh(x)
        u = self.scale.standardize(y)
        angles = [2 * math.pi * k * day for k in (1, 2, 3, 4)]
        phi = np.array([1.0] + [g(a) for a in angles for g in (math.cos, math.sin)])
        drift = self.tails["drift"].score(self.seasonal.error(u, phi))
        error = self.readout.error(u, np.append(phi, self.novelty.h))
        spike = self.tails["spike"].score(error)
        distance = self.profile.distance(y, day)
        season = self.tails["season"].score(distance) if day_passed else 0.0
        square = clip(error, 6.0) ** 2
        self.n += 1
        self.recent += (square - self.recent) / min(self.n, 40)
        self.usual += (square - self.usual) / min(self.n, 2000)
        lively = math.log((self.recent + 1e-9) / (self.usual + 1e-9))
        burst = self.tails["burst"].score(lively) if lively > 0 else 0.0
        quiet = self.tails["quiet"].score(-lively) if lively < 0 else 0.0
        novelty = self.tails["novelty"].score(self.novelty.distance(x, day, interval))
        record = self.range.surprise(x, self.novelty.u)
        s = record + sum(w * min(p, 20) for w, p in
                         ((0.4, novelty), (0.25, drift), (0.1, season), (0.1, spike), (0.1, quiet)))
        held = s if s > self.hold else 1e-3 * s
        self.hold = max(self.hold, s) * self.keep
        return tuple(map(float, (record, novelty, drift, season, spike, max(burst, quiet), s, held)))


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
    print("seconds,interval,value,range,novelty,drift,season,spike,variance,surprise,held")
    for v, t, interval in zip(x, seconds, intervals):
        says = detector.step(float(v), t % 86400 / 86400, interval, t - seconds[0] >= 86400)
        print("%d,%.10g,%r,%s" % (t, interval, float(v), ",".join("%.13g" % s for s in says)))


if __name__ == "__main__":
    main()
