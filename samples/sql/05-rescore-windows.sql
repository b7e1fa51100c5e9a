-- A whole window at once: packets of a call become two seconds of sound, and ML_PREDICT convolves them with the model's kernels.
-- SsmWindow puts the packets in the order of their times whatever the order of arrival. Models that look both ways along the signal can only be run like this.
CREATE TEMPORARY VIEW windows AS
SELECT word, window_start, SsmWindow(SsmMulaw(audio), ts) AS samples, CAST(8000 AS DOUBLE) AS rate
FROM TUMBLE(TABLE calls, DESCRIPTOR(ts), INTERVAL '2' SECOND)
GROUP BY word, window_start, window_end;

SELECT word, window_start, CARDINALITY(samples) AS n, label, ROUND(probability, 3) AS probability
FROM ML_PREDICT(TABLE windows, MODEL digits, DESCRIPTOR(samples, rate));
