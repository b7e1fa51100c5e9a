-- What has a model learned? How long each layer remembers and how high it hears, and the first taps of one channel's kernel, at the rate of your signal.
-- Batch mode, as nothing streams here: each result comes once.
SET 'execution.runtime-mode' = 'batch';

SELECT layer, COUNT(*) AS modes, ROUND(MIN(time_constant_s), 6) AS shortest_s, ROUND(MAX(time_constant_s), 3) AS longest_s,
  ROUND(MAX(frequency_hz), 1) AS highest_hz, COUNT(*) FILTER (WHERE aliased) AS aliased
FROM SsmModes(model => 'models/spoken-digits-s4d', rate_hz => 4000.0)
GROUP BY layer;

SELECT n, ROUND(tap, 6) AS tap
FROM (VALUES SsmKernel(model => 'models/spoken-digits-s4d', layer => 'block.0', channel => 0, taps => 8, rate_hz => 4000.0)) AS k (kernel)
CROSS JOIN UNNEST(kernel) WITH ORDINALITY AS t (tap, n);

SET 'execution.runtime-mode' = 'streaming';
