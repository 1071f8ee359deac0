-- DuckDB views of derived data. DuckDB refuses a view of which no file exists yet. Run views.sql first, which names the store.

-- Derived data: only the highest revision of each minute, and none of a minute whose hour is compacted. A view of which no minute is stored is refused.
-- bars_all is every bar once: bars_hours of compacted hours, bars_minutes of the others. quotes_hours and book_metrics_hours have compacted hours only.
CREATE OR REPLACE MACRO derived_files(dataset, extension) AS TABLE
SELECT file, regexp_replace(file, '_r\d+\.[a-z.]+$', '') AS name, regexp_replace(file, '(/\d\d)(\d\d)?_r\d+\.[a-z.]+$', '\1') AS hour,
  regexp_extract(file, '_r(\d+)\.[a-z.]+$', 1)::BIGINT AS revision
FROM glob(getvariable('store') || '/derived/' || dataset || '/exchange=*/year=*/month=*/day=*/*_r*.' || extension)
QUALIFY row_number() OVER (PARTITION BY name ORDER BY revision DESC) = 1;

CREATE OR REPLACE MACRO derived_minutes(dataset) AS TABLE
FROM derived_files(dataset, 'json.gz') WHERE hour NOT IN (SELECT hour FROM derived_files(dataset, 'parquet'));

CREATE OR REPLACE VIEW bars_minutes AS
SELECT exchange, pair, ts, to_timestamp(ts / 1e6) AS time, minutes, condition, reason, grade, source, missing, open::DECIMAL(38, 18) AS open, high::DECIMAL(38, 18) AS high,
  low::DECIMAL(38, 18) AS low, close::DECIMAL(38, 18) AS close, volume::DECIMAL(38, 18) AS volume, quoteVolume::DECIMAL(38, 18) AS quoteVolume, trades, buyTrades,
  buyVolume::DECIMAL(38, 18) AS buyVolume, buyQuoteVolume::DECIMAL(38, 18) AS buyQuoteVolume, sellTrades, sellVolume::DECIMAL(38, 18) AS sellVolume,
  sellQuoteVolume::DECIMAL(38, 18) AS sellQuoteVolume, vwap::DECIMAL(38, 18) AS vwap
FROM read_json(getvariable('store') || '/derived/bars/exchange=*/year=*/month=*/day=*/*.json.gz', format = 'newline_delimited', filename = true, hive_partitioning = true,
  hive_types_autocast = false,
  columns = {ts: 'BIGINT', pair: 'VARCHAR', minutes: 'INT', condition: 'VARCHAR', reason: 'VARCHAR', grade: 'VARCHAR', source: 'VARCHAR', missing: 'BIGINT', open: 'VARCHAR',
    high: 'VARCHAR', low: 'VARCHAR', close: 'VARCHAR', volume: 'VARCHAR', quoteVolume: 'VARCHAR', trades: 'BIGINT', buyTrades: 'BIGINT', buyVolume: 'VARCHAR',
    buyQuoteVolume: 'VARCHAR', sellTrades: 'BIGINT', sellVolume: 'VARCHAR', sellQuoteVolume: 'VARCHAR', vwap: 'VARCHAR'})
WHERE pair IS NOT NULL AND filename IN (SELECT file FROM derived_minutes('bars'));

-- The bars of compacted hours.
CREATE OR REPLACE VIEW bars_hours AS
SELECT exchange, pair, ts, to_timestamp(ts / 1e6) AS time, minutes, condition, reason, grade, source, missing, open, high, low, close, volume, quoteVolume, trades, buyTrades,
  buyVolume, buyQuoteVolume, sellTrades, sellVolume, sellQuoteVolume, vwap
FROM read_parquet(getvariable('store') || '/derived/bars/exchange=*/year=*/month=*/day=*/*.parquet', filename = true, hive_partitioning = true, hive_types_autocast = false,
  union_by_name = true)
WHERE filename IN (SELECT file FROM derived_files('bars', 'parquet'));

-- All bars. Use bars_minutes while no hour is compacted yet.
CREATE OR REPLACE VIEW bars_all AS FROM bars_minutes UNION ALL BY NAME FROM bars_hours;

CREATE OR REPLACE VIEW quotes_hours AS
FROM read_parquet(getvariable('store') || '/derived/quotes/exchange=*/year=*/month=*/day=*/*.parquet', filename = true, hive_partitioning = true, hive_types_autocast = false,
  union_by_name = true)
WHERE filename IN (SELECT file FROM derived_files('quotes', 'parquet'));

CREATE OR REPLACE VIEW book_metrics_hours AS
FROM read_parquet(getvariable('store') || '/derived/book-metrics/exchange=*/year=*/month=*/day=*/*.parquet', filename = true, hive_partitioning = true,
  hive_types_autocast = false, union_by_name = true)
WHERE filename IN (SELECT file FROM derived_files('book-metrics', 'parquet'));
