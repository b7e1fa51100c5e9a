-- When did the load balancer behave as it never had before? There is no model and nothing to set: SsmDetect learns from the readings themselves.
-- alert is the score said once for each anomaly, so it is what messages are made of; evidence says why, by how rarely a reading would look like that.
SELECT device, sample_time, ROUND(alert, 5) AS alert, ROUND(evidence['spike'], 5) AS spike,
  ROUND(evidence['drift'], 5) AS drift, ROUND(evidence['range'], 5) AS `range`
FROM SsmDetect(
  input => TABLE readings PARTITION BY device,
  on_time => DESCRIPTOR(ts),
  samples => DESCRIPTOR(v),
  uid => 'detect-readings-v1')
WHERE alert >= 0.999;
