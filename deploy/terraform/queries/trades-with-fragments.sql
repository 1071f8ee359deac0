-- Trades of one market and day from whole minutes and fragments together, each once.
SELECT DISTINCT id, ts, side, price, size
FROM (
  SELECT id, ts, side, price, size FROM trades
  WHERE exchange = 'binance' AND pair = 'BTC-USDT' AND year = '2026' AND month = '11' AND day = '20'
  UNION ALL
  SELECT id, ts, side, price, size FROM fragments_trades
  WHERE exchange = 'binance' AND pair = 'BTC-USDT' AND year = '2026' AND month = '11' AND day = '20'
)
ORDER BY ts, id;
