SELECT exchange, pair, url_decode(pair) AS market, id, sequence, ts, from_unixtime(ts / 1e6) AS time, side, price, size, type, time_source, whole,
  id <> '' AND count(*) OVER (PARTITION BY exchange, pair, year, month, day, id) > 1 AS conflict, year, month, day
FROM (
  SELECT *, row_number() OVER (PARTITION BY exchange, pair, year, month, day, id, side, price, size, file ORDER BY whole DESC) AS copy,
    max(source) OVER (PARTITION BY exchange, pair, year, month, day, window_name) AS best
  FROM (
    SELECT *, IF(id = '', path, '') AS file,
      IF(id = '', concat(IF(whole, '1', '0'), lpad(CAST(count(*) OVER (PARTITION BY exchange, pair, year, month, day, path) AS varchar), 12, '0'), path), '') AS source
    FROM (
      SELECT exchange, pair, year, month, day, coalesce(id, '') AS id, ts, side, CAST(price AS decimal(38, 18)) AS price, CAST(size AS decimal(38, 18)) AS size, type,
        time_source, whole, path, regexp_extract(path, '/(\d{4}-\d+m)[_.][^/]*$', 1) AS window_name,
        IF(regexp_like(path, '_-?\d+_-?\d+\.json\.gz$'), TRY_CAST(id AS bigint), NULL) AS sequence
      FROM (
        SELECT exchange, pair, year, month, day, id, ts, side, price, size, type, "time" AS time_source, true AS whole, "$path" AS path FROM trades
        UNION ALL
        SELECT exchange, pair, year, month, day, id, ts, side, price, size, type, "time" AS time_source, false AS whole, "$path" AS path FROM fragments_trades
      )
    )
  )
)
WHERE (id <> '' AND copy = 1) OR (id = '' AND source = best)
