-- Who has to be told? The dimension table changes over time: a temporal join takes the version that was in force when the alarm began.
CREATE TEMPORARY VIEW alarms AS
SELECT device, alert, rowtime
FROM SsmDetect(
  input => TABLE readings PARTITION BY device,
  on_time => DESCRIPTOR(ts),
  samples => DESCRIPTOR(v),
  uid => 'alarms-v1')
WHERE alert >= 0.999;

SELECT alarms.rowtime AS alarm, ROUND(alert, 5) AS alert, site, on_call
FROM alarms
JOIN devices FOR SYSTEM_TIME AS OF alarms.rowtime ON alarms.device = devices.device;
