-- Which word is said in each clip, and how often is the answer right?
-- SsmScore carries the model's state from frame to frame, so at a clip's end it has heard all of it, at whatever rate it was sent.
-- The keys begin with the word that is said. A window of a day gives one final count, where a plain GROUP BY would correct it with every clip.
CREATE TEMPORARY VIEW heard AS
SELECT `key` AS clip, label, probability, rowtime
FROM SsmScore(
  input => TABLE clips PARTITION BY `key`,
  on_time => DESCRIPTOR(ts),
  model => 'models/spoken-digits-s4d',
  samples => DESCRIPTOR(samples),
  rate_column => DESCRIPTOR(sample_rate_hz),
  start_time => DESCRIPTOR(start_time),
  end_of_segment => DESCRIPTOR(end_of_segment),
  options => MAP['ssm.emit.policy', 'segment-end'],
  uid => 'classify-clips-v1')
WHERE status = 'SCORED';

SELECT clip, label, ROUND(probability, 3) AS probability FROM heard;

SELECT COUNT(*) AS clips, COUNT(*) FILTER (WHERE label = SPLIT_INDEX(clip, ' ', 0)) AS correct
FROM TUMBLE(TABLE heard, DESCRIPTOR(rowtime), INTERVAL '1' DAY)
GROUP BY window_start, window_end;
