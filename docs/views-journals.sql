-- DuckDB views of the market lists that replicas read, and of receive times. DuckDB refuses a view of which no file exists yet. Run views.sql first, which names the store.

-- The latest row of each market in the market lists that replicas read. For another moment, filter the rows of instruments by ts first.
CREATE OR REPLACE VIEW instruments_latest AS
SELECT exchange, pair, symbol, to_timestamp(ts / 1e6) AS time, status, state, type, base, quote, settle, tick::DECIMAL(38, 18) AS tick, lot::DECIMAL(38, 18) AS lot,
  "minSize"::DECIMAL(38, 18) AS min_size, "minNotional"::DECIMAL(38, 18) AS min_notional, "contractSize"::DECIMAL(38, 18) AS contract_size, to_timestamp(expiry / 1e6) AS expiry
FROM read_json(getvariable('store') || '/instruments/exchange=*/year=*/month=*/day=*/*.json.gz', format = 'newline_delimited', filename = true,
  hive_partitioning = true, hive_types_autocast = false,
  columns = {ts: 'BIGINT', pair: 'VARCHAR', symbol: 'VARCHAR', status: 'VARCHAR', state: 'VARCHAR', type: 'VARCHAR', base: 'VARCHAR', quote: 'VARCHAR', settle: 'VARCHAR', tick: 'VARCHAR',
    lot: 'VARCHAR', "minSize": 'VARCHAR', "minNotional": 'VARCHAR', "contractSize": 'VARCHAR', expiry: 'BIGINT'})
QUALIFY row_number() OVER (PARTITION BY exchange, pair ORDER BY ts DESC, filename) = 1;

-- When each replica received each event with an id: upto is the id of a trade, or the last id of a diff. Each line holds the first number and then differences.
-- Events without ids are found by the hash and number of their row, which SQL does not see: use export.
CREATE OR REPLACE VIEW arrivals_all AS
SELECT exchange, replica, dataset, pair, (sum(upto) OVER events)::BIGINT AS upto, (sum(received) OVER events)::BIGINT AS received,
  to_timestamp((sum(received) OVER events)::BIGINT / 1e6) AS time
FROM (
  SELECT exchange, replica, dataset, pair, line, unnest(upto) AS upto, unnest(received) AS received, generate_subscripts(upto, 1) AS place
  FROM (
    SELECT *, regexp_extract(filename, '/\d{4}_(.*)_[^_]*$', 1) AS replica, row_number() OVER () AS line
    FROM read_json(getvariable('store') || '/arrivals/exchange=*/year=*/month=*/day=*/*.json.gz', format = 'newline_delimited', filename = true,
      hive_partitioning = true, hive_types_autocast = false,
      columns = {pair: 'VARCHAR', dataset: 'VARCHAR', upto: 'BIGINT[]', received: 'BIGINT[]'})
  )
  WHERE len(upto) > 0
)
WINDOW events AS (PARTITION BY line ORDER BY place ROWS UNBOUNDED PRECEDING);
