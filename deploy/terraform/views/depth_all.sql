SELECT exchange, pair, url_decode(pair) AS market, ts, from_unixtime(ts / 1e6) AS time, after, upto, bids, asks, time_source, whole,
  upto IS NOT NULL AND count(*) OVER (PARTITION BY exchange, pair, year, month, day, after, upto) > 1 AS conflict, year, month, day
FROM (
  SELECT *, row_number() OVER (PARTITION BY exchange, pair, year, month, day, after, upto, bids, asks, file ORDER BY whole DESC) AS copy,
    max(source) OVER (PARTITION BY exchange, pair, year, month, day, window_name) AS best
  FROM (
    SELECT *, regexp_extract(path, '/(\d{4}-\d+m)[_.][^/]*$', 1) AS window_name, IF(upto IS NULL, path, '') AS file,
      IF(upto IS NULL, concat(IF(whole, '1', '0'), lpad(CAST(count(*) OVER (PARTITION BY exchange, pair, year, month, day, path) AS varchar), 12, '0'), path), '') AS source
    FROM (
      SELECT exchange, pair, year, month, day, ts, after, upto, bids, asks, "time" AS time_source, true AS whole, "$path" AS path FROM depth
      UNION ALL
      SELECT exchange, pair, year, month, day, ts, after, upto, bids, asks, "time" AS time_source, false AS whole, "$path" AS path FROM fragments_depth
    )
  )
)
WHERE (upto IS NOT NULL AND copy = 1) OR (upto IS NULL AND source = best)
