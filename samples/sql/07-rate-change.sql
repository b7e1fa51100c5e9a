-- What happens when a device changes its sampling rate half way? The state belongs to continuous time, so it is kept, and only the step changes.
-- Each frame states its rate. A score leaves every 50 ms or so; look at sample_rate_hz, and at the position, which counts samples of either rate.
CREATE TEMPORARY VIEW all_rates AS
SELECT `key` AS clip, sample_time, sample_position, sample_rate_hz, label, probability, end_of_segment, rowtime
FROM SsmScore(
  input => TABLE clips PARTITION BY `key`,
  on_time => DESCRIPTOR(ts),
  model => 'models/spoken-digits-s4d',
  samples => DESCRIPTOR(samples),
  rate_column => DESCRIPTOR(sample_rate_hz),
  start_time => DESCRIPTOR(start_time),
  end_of_segment => DESCRIPTOR(end_of_segment),
  options => MAP['ssm.emit.policy', 'samples', 'ssm.emit.every', '400'],
  uid => 'all-rates-v1');

SELECT sample_time, sample_position, sample_rate_hz, label, ROUND(probability, 3) AS probability
FROM all_rates
WHERE clip = 'seven 8to4kHz -10dB';

SELECT SPLIT_INDEX(clip, ' ', 1) AS rate, COUNT(*) AS clips,
  COUNT(*) FILTER (WHERE label = SPLIT_INDEX(clip, ' ', 0)) AS correct
FROM TUMBLE((SELECT * FROM all_rates WHERE end_of_segment), DESCRIPTOR(rowtime), INTERVAL '1' DAY)
GROUP BY window_start, window_end, SPLIT_INDEX(clip, ' ', 1);
