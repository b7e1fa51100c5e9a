-- Bytes of a codec straight to scores: a telephone sends 20 ms of μ-law in a record, whose time is that of its first sample.
-- Nothing in the bytes says that a word is over. The silence does: after 100 ms without samples the segment ends, and the final score leaves.
-- Compare the probabilities with those of whole windows above: two ways to compute one function.
CREATE TEMPORARY VIEW sound AS
SELECT word, ts, SsmMulaw(audio) AS samples FROM calls;

SELECT word, segment_start, sample_time, label, ROUND(probability, 3) AS probability
FROM SsmScore(
  input => TABLE sound PARTITION BY word,
  on_time => DESCRIPTOR(ts),
  model => 'models/spoken-digits-s4d',
  samples => DESCRIPTOR(samples),
  rate => 8000.0,
  options => MAP['ssm.emit.policy', 'segment-end', 'ssm.gap.max', '100 ms', 'ssm.idle-timeout', '100 ms'],
  uid => 'telephone-v1');
