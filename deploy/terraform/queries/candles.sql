-- Minute candles of some markets on one day.
SELECT pair, date_trunc('minute', from_unixtime(ts / 1e6)) AS minute,
  min_by(CAST(price AS double), ts) AS open, max(CAST(price AS double)) AS high, min(CAST(price AS double)) AS low,
  max_by(CAST(price AS double), ts) AS close, sum(CAST(size AS double)) AS volume, count(*) AS trades
FROM trades
WHERE exchange = 'binance' AND pair IN ('BTC-USDT', 'ETH-USDT') AND year = '2026' AND month = '11' AND day = '20'
GROUP BY 1, 2
ORDER BY 1, 2;
