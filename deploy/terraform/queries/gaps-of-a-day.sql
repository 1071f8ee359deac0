-- Every open gap of a day: where, what is missing or doubtful, when, why.
SELECT exchange, dataset, pair, after, upto, from_unixtime("from" / 1e6) AS seen_before, from_unixtime("to" / 1e6) AS seen_after, cause
FROM gaps_open
WHERE year = '2026' AND month = '11' AND day = '20'
ORDER BY "from";
