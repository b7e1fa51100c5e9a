-- One message from the beginning to the end of an anomaly, not one a reading: on when a score reaches 0.999, off when it has fallen below 0.9.
-- Between the two thresholds nothing changes, so that a score that wavers does not ring twice.
SET 'table.dml-sync' = 'true';

INSERT INTO alerts
SELECT device, began, ended, peak
FROM (
  SELECT device, score, rowtime
  FROM SsmDetect(
    input => TABLE readings PARTITION BY device,
    on_time => DESCRIPTOR(ts),
    samples => DESCRIPTOR(v),
    uid => 'hysteresis-v1'))
MATCH_RECOGNIZE (
  PARTITION BY device
  ORDER BY rowtime
  MEASURES
    A.rowtime AS began,
    C.rowtime AS ended,
    GREATEST(A.score, COALESCE(MAX(B.score), 0)) AS peak
  PATTERN (A B* C)
  DEFINE
    A AS A.score >= 0.999,
    B AS B.score >= 0.9,
    C AS C.score < 0.9);

SELECT device, began, ended, ROUND(peak, 5) AS peak FROM alerts;
