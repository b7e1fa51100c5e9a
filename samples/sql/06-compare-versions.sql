-- Is the new version of a model ready? Both versions score the same clips; what is of interest is where they do not agree.
-- Version 2 is the same network, calibrated: it names the same words, and is less sure of them. One ML_PREDICT stands on the other:
-- side by side over one table, Flink 2.3 would take two models with the same OUTPUT columns for one.
CREATE TEMPORARY VIEW sounds AS
SELECT word, SsmPcm16(audio) AS samples, CAST(8000 AS DOUBLE) AS rate FROM recordings;

CREATE TEMPORARY VIEW first_opinion AS
SELECT word, samples, rate, label AS label_1, probability AS probability_1
FROM ML_PREDICT(TABLE sounds, MODEL digits, DESCRIPTOR(samples, rate));

SELECT word, label_1, label AS label_2, ROUND(probability_1, 3) AS probability_1, ROUND(probability, 3) AS probability_2
FROM ML_PREDICT(TABLE first_opinion, MODEL digits_2, DESCRIPTOR(samples, rate))
WHERE label_1 <> label OR ABS(probability_1 - probability) > 0.25;
