-- How complete a day is: minutes by the best state that any replica proved, per market.
SELECT exchange, dataset, pair,
  count_if(best = 3) AS whole, count_if(best = 2) AS quiet, count_if(best = 1) AS fragments_only, count_if(best = 0) AS nothing
FROM (
  SELECT exchange, dataset, pair, ts,
    max(CASE WHEN state = 'whole' AND upload = 'stored' THEN 3 WHEN state = 'quiet' THEN 2 WHEN state IN ('fragment', 'held') THEN 1 ELSE 0 END) AS best
  FROM coverage
  WHERE year = '2026' AND month = '11' AND day = '20'
  GROUP BY 1, 2, 3, 4
)
GROUP BY 1, 2, 3
ORDER BY nothing DESC, fragments_only DESC;
