-- Views for DuckDB: each event once, whole objects and fragments together. Run it in the folder that holds data/, or set the place first:
--   SET VARIABLE store = 's3://bucket/prefix';
-- The view of a dataset of which nothing is stored is refused ("No files found"); the others stand.
SET VARIABLE store = coalesce(getvariable('store'), 'data');

-- What replicas say about themselves. The pattern leaves out arrivals and instruments, which are large or have other columns.
CREATE OR REPLACE VIEW journals AS
SELECT *, regexp_extract(filename, '/(gaps|coverage|quarantine)/exchange=', 1) AS journal
FROM read_json(getvariable('store') || '/[cgq]*/exchange=*/year=*/month=*/day=*/*.json.gz', format = 'newline_delimited', filename = true,
  hive_partitioning = true, hive_types_autocast = false,
  columns = {ts: 'BIGINT', minutes: 'INT', dataset: 'VARCHAR', pair: 'VARCHAR', state: 'VARCHAR', upload: 'VARCHAR', grade: 'VARCHAR', sha256: 'VARCHAR', rows: 'BIGINT',
    after: 'BIGINT', upto: 'BIGINT', "from": 'BIGINT', "to": 'BIGINT', cause: 'VARCHAR', reason: 'VARCHAR', length: 'BIGINT', frame: 'VARCHAR', base64: 'VARCHAR'});

-- Something is missing or doubtful, and no row says that it was closed. A gap of one replica that another one has is listed too: audit tells what the store lacks.
CREATE OR REPLACE VIEW gaps_open AS
SELECT exchange, dataset, pair, after, upto, "from", "to", cause
FROM journals AS gap
WHERE journal = 'gaps' AND cause NOT IN ('late', 'backfill', 'archive', 'snapshot', 'reset')
  AND NOT EXISTS (FROM journals AS mark WHERE mark.journal = 'gaps' AND mark.exchange = gap.exchange AND mark.dataset = gap.dataset AND mark.pair = gap.pair
    AND mark.cause IN ('late', 'backfill', 'archive') AND mark.after <= gap.after AND mark.upto >= gap.upto);

-- What closed gaps, or marks something else: late, backfill, archive (from a file that the exchange publishes), snapshot (only the book is known again), reset.
CREATE OR REPLACE VIEW gap_marks AS
SELECT exchange, dataset, pair, after, upto, "from", "to", cause
FROM journals
WHERE journal = 'gaps' AND cause IN ('late', 'backfill', 'archive', 'snapshot', 'reset');

-- Windows of which replicas have different rows, and nothing proves which are right.
CREATE OR REPLACE VIEW disputed_windows AS
SELECT DISTINCT exchange, dataset, pair, "from", "to" FROM gaps_open WHERE cause = 'disputed';

-- The same trade is the same id (compared as text), side, price and size: REST may write other zeros than the stream. Rows of one id that say something else are all there, with conflict = true.
-- Trades without an id cannot be told apart: a window has one source, its whole object, else its largest fragment. sequence is the id as a number, null where ids have no order.
-- FROM trades_of('agg-trades') reads aggregated trades.
CREATE OR REPLACE MACRO trades_of(folder) AS TABLE
SELECT exchange, pair, id, sequence, ts, to_timestamp(ts / 1e6) AS time, side, price, size, type, time_source, year, month, day, whole,
  EXISTS (FROM disputed_windows AS d WHERE d.dataset = folder AND d.exchange = stored.exchange AND d.pair = stored.pair AND ts >= d."from" AND ts < d."to") AS disputed,
  id <> '' AND count(DISTINCT (side, price, size)) OVER (PARTITION BY exchange, pair, id) > 1 AS conflict
FROM (
  SELECT *, max(source) OVER (PARTITION BY exchange, pair, year, month, day, window_name) AS best
  FROM (
    SELECT *, CASE WHEN id = '' THEN (whole, count(*) OVER (PARTITION BY exchange, pair, filename), filename) END AS source
    FROM (
      SELECT exchange, pair, coalesce(id, '') AS id, ts, side, price::DECIMAL(38, 18) AS price, size::DECIMAL(38, 18) AS size, type, "time" AS time_source, year, month, day, filename,
        NOT contains(filename, '/fragments/') AS whole,
        CASE WHEN regexp_matches(filename, '_-?\d+_-?\d+\.json\.gz$') THEN try_cast(id AS BIGINT) END AS sequence,
        regexp_extract(filename, '/(\d{4}-\d+m)[_.][^/]*$', 1) AS window_name
      FROM read_json(getvariable('store') || '/**/' || folder || '/exchange=*/pair=*/year=*/month=*/day=*/*.json.gz', format = 'newline_delimited', filename = true,
        hive_partitioning = true, hive_types_autocast = false,
        columns = {id: 'VARCHAR', ts: 'BIGINT', side: 'VARCHAR', price: 'VARCHAR', size: 'VARCHAR', type: 'VARCHAR', "time": 'VARCHAR'})
      WHERE NOT contains(filename, '/variants/') AND NOT contains(filename, '/divergent/')
    )
  )
) AS stored
WHERE id <> '' OR source = best
QUALIFY id = '' OR row_number() OVER (PARTITION BY exchange, pair, id, side, price, size ORDER BY whole DESC, filename) = 1;

CREATE OR REPLACE VIEW trades_all AS FROM trades_of('trades');

-- Candles of a minute: open and close are the trades with the lowest and the highest id, or the first and the last time where ids have no order.
CREATE OR REPLACE VIEW candles AS
SELECT exchange, pair, date_trunc('minute', time) AS minute, arg_min(price, (coalesce(sequence, ts), id)) AS open, max(price) AS high, min(price) AS low, arg_max(price, (coalesce(sequence, ts), id)) AS close,
  sum(size) AS volume, count(*) AS trades, bool_and(whole) AS whole
FROM trades_all
GROUP BY ALL;

-- Changes of books. Without a sequence (after is null) a window has one source: its whole object, else its largest fragment; merge joins fragments, SQL cannot.
CREATE OR REPLACE VIEW depth_all AS
WITH stored AS (
  SELECT exchange, pair, ts, after, upto, bids, asks, "time" AS time_source, year, month, day, NOT contains(filename, '/fragments/') AS whole, filename,
    regexp_extract(filename, '/(\d{4}-\d+m)[_.][^/]*$', 1) AS window_name
  FROM read_json(getvariable('store') || '/**/depth/exchange=*/pair=*/year=*/month=*/day=*/*.json.gz', format = 'newline_delimited', filename = true,
    hive_partitioning = true, hive_types_autocast = false,
    columns = {ts: 'BIGINT', after: 'BIGINT', upto: 'BIGINT', bids: 'VARCHAR[][]', asks: 'VARCHAR[][]', "time": 'VARCHAR'})
  WHERE NOT contains(filename, '/variants/') AND NOT contains(filename, '/divergent/')
), sources AS (
  SELECT exchange, pair, year, month, day, window_name, arg_max(filename, (whole, rows, filename)) AS source
  FROM (SELECT exchange, pair, year, month, day, window_name, whole, filename, count(*) AS rows FROM stored WHERE upto IS NULL GROUP BY ALL)
  GROUP BY ALL
)
SELECT stored.exchange, stored.pair, ts, to_timestamp(ts / 1e6) AS time, after, upto, bids, asks, time_source, stored.year, stored.month, stored.day, whole,
  EXISTS (FROM disputed_windows AS d WHERE d.dataset = 'depth' AND d.exchange = stored.exchange AND d.pair = stored.pair AND ts >= d."from" AND ts < d."to") AS disputed,
  upto IS NOT NULL AND count(DISTINCT (bids, asks)) OVER (PARTITION BY stored.exchange, stored.pair, after, upto) > 1 AS conflict
FROM stored LEFT JOIN sources ON source = filename
WHERE upto IS NOT NULL OR source IS NOT NULL
QUALIFY upto IS NULL OR row_number() OVER (PARTITION BY stored.exchange, stored.pair, after, upto, bids, asks ORDER BY whole DESC, filename) = 1;
