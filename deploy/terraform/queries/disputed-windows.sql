-- Windows of a day of which replicas have different rows, and nothing proves which are right.
SELECT DISTINCT exchange, dataset, pair, from_unixtime("from" / 1e6) AS begins, from_unixtime("to" / 1e6) AS ends
FROM gaps_open
WHERE cause = 'disputed' AND year = '2026' AND month = '11' AND day = '20'
ORDER BY 1, 2, 3, 4;
