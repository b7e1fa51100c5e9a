-- Scores for what lies in the topic already: batch mode reads it to its end, scores every clip as one window, and is done.
-- The state of SsmScore is for streams; in batch it is ML_PREDICT that gives the same answers. A window has one rate, so clips that change theirs stay out.
SET 'execution.runtime-mode' = 'batch';

SET 'table.dml-sync' = 'true';

CREATE TEMPORARY VIEW history AS
SELECT `key` AS clip, MAX(ts) AS ended, SsmWindow(samples, start_time) AS samples, MAX(sample_rate_hz) AS rate
FROM clips
WHERE `key` NOT LIKE '% 8to4kHz %'
GROUP BY `key`;

INSERT INTO scores
SELECT clip, ended, label, probability
FROM ML_PREDICT(TABLE history, MODEL digits, DESCRIPTOR(samples, rate));

SELECT COUNT(*) AS clips, COUNT(*) FILTER (WHERE label = SPLIT_INDEX(clip, ' ', 0)) AS correct FROM scores;

SET 'execution.runtime-mode' = 'streaming';
