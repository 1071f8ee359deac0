SELECT exchange, pair, url_decode(pair) AS market, TRY_CAST(id AS bigint) AS id, id AS trade_id, ts, from_unixtime(ts / 1e6) AS time, side,
  CAST(price AS decimal(38, 18)) AS price, CAST(size AS decimal(38, 18)) AS size, type, time_source, whole,
  count(*) OVER (PARTITION BY exchange, pair, year, month, day, id) > 1 AS conflict, year, month, day
FROM (
  SELECT *, row_number() OVER (
    PARTITION BY exchange, pair, year, month, day, id, side, CAST(price AS decimal(38, 18)), CAST(size AS decimal(38, 18)) ORDER BY whole DESC) AS copy
  FROM (
    SELECT exchange, pair, year, month, day, id, ts, side, price, size, type, "time" AS time_source, true AS whole FROM agg_trades
    UNION ALL
    SELECT exchange, pair, year, month, day, id, ts, side, price, size, type, "time" AS time_source, false AS whole FROM fragments_agg_trades
  )
)
WHERE copy = 1
