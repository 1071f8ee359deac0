-- Trades of one market and day, in order.
SELECT from_unixtime(ts / 1e6) AS time, side, CAST(price AS decimal(38, 18)) AS price, CAST(size AS decimal(38, 18)) AS size
FROM trades
WHERE exchange = 'binance' AND pair = 'BTC-USDT' AND year = '2026' AND month = '11' AND day = '20'
ORDER BY ts, CAST(id AS bigint);
