-- Five minutes of a heart at 360 Hz, frames of a tenth of a second: when does its beat become unlike what it was? Nothing was trained on it.
-- The first alarm lies at the first beat that cardiologists did not call normal, see samples/ecg/beats.csv.
-- With label-change a row leaves only where an alarm begins or ends; every sample is scored all the same.
SELECT sample_time, alarm, ROUND(score, 5) AS score, sample_position
FROM SsmDetect(
  input => TABLE heart PARTITION BY `key`,
  on_time => DESCRIPTOR(ts),
  samples => DESCRIPTOR(samples),
  rate_column => DESCRIPTOR(sample_rate_hz),
  start_time => DESCRIPTOR(start_time),
  options => MAP['ssm.emit.policy', 'label-change', 'ssm.detect.alarm-rate', '1e-5'],
  uid => 'heart-v1')
WHERE status = 'SCORED';
