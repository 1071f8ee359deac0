-- Trades of one market and day, each once, in order of the exchange's sequence.
SELECT id, time, side, price, size, whole
FROM trades_all
WHERE exchange = 'binance' AND pair = 'BTC-USDT' AND year = '2026' AND month = '11' AND day = '20'
ORDER BY id, ts;
