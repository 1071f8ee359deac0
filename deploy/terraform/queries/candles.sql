-- Minute candles of some markets on one day, each trade once; open and close by id, or by time where ids are no integers (bybit-linear).
SELECT pair, date_trunc('minute', time) AS minute, min_by(price, coalesce(id, ts)) AS open, max(price) AS high, min(price) AS low, max_by(price, coalesce(id, ts)) AS close,
  sum(size) AS volume, count(*) AS trades
FROM trades_all
WHERE exchange = 'binance' AND pair IN ('BTC-USDT', 'ETH-USDT') AND year = '2026' AND month = '11' AND day = '20'
GROUP BY 1, 2
ORDER BY 1, 2;
