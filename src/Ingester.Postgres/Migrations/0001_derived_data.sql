-- The tables of derived data. Times are UTC. Numbers are exact. Null means: not known.

-- Which object each minute of the tables comes from. A row is written in the same transaction as the rows of its object.
CREATE TABLE loaded_objects (
  dataset text NOT NULL,
  exchange text NOT NULL,
  minute timestamptz NOT NULL,
  revision integer NOT NULL,
  inputs text NOT NULL,
  rows bigint NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset, exchange, minute)
);

CREATE TABLE bars (
  time timestamptz NOT NULL,
  object_minute timestamptz NOT NULL,
  revision integer NOT NULL,
  minutes bigint NOT NULL,
  exchange text NOT NULL,
  pair text NOT NULL,
  condition text NOT NULL,
  reason text,
  grade text,
  source text,
  missing bigint,
  open numeric,
  high numeric,
  low numeric,
  close numeric,
  volume numeric,
  quote_volume numeric,
  trades bigint,
  buy_trades bigint,
  buy_volume numeric,
  buy_quote_volume numeric,
  sell_trades bigint,
  sell_volume numeric,
  sell_quote_volume numeric,
  vwap numeric,
  excluded bigint,
  first_id text,
  last_id text,
  PRIMARY KEY (exchange, pair, minutes, time)
) PARTITION BY RANGE (time);

CREATE TABLE quotes (
  time timestamptz NOT NULL,
  object_minute timestamptz NOT NULL,
  revision integer NOT NULL,
  seq integer NOT NULL,
  exchange text NOT NULL,
  pair text NOT NULL,
  condition text NOT NULL,
  reason text,
  upto bigint,
  bid numeric,
  bid_size numeric,
  ask numeric,
  ask_size numeric,
  PRIMARY KEY (exchange, pair, time, object_minute, seq)
) PARTITION BY RANGE (time);

-- Columns of other bands and notionals are added when an object first has them.
CREATE TABLE book_metrics (
  time timestamptz NOT NULL,
  object_minute timestamptz NOT NULL,
  revision integer NOT NULL,
  seconds bigint NOT NULL,
  exchange text NOT NULL,
  pair text NOT NULL,
  condition text NOT NULL,
  reason text,
  nulls jsonb,
  upto bigint,
  bid numeric, ask numeric, mid numeric, spread numeric, spread_bps numeric, microprice numeric,
  bid_size_1 numeric, bid_size_2 numeric, bid_size_3 numeric, bid_size_4 numeric, bid_size_5 numeric,
  ask_size_1 numeric, ask_size_2 numeric, ask_size_3 numeric, ask_size_4 numeric, ask_size_5 numeric,
  bid_depth_1 numeric, bid_depth_5 numeric, bid_depth_10 numeric, bid_depth_50 numeric, bid_depth_100 numeric,
  ask_depth_1 numeric, ask_depth_5 numeric, ask_depth_10 numeric, ask_depth_50 numeric, ask_depth_100 numeric,
  imbalance_1 numeric, imbalance_5 numeric, imbalance_10 numeric, imbalance_50 numeric, imbalance_100 numeric,
  buy_vwap_1000 numeric, buy_vwap_10000 numeric, buy_vwap_100000 numeric,
  buy_slippage_1000 numeric, buy_slippage_10000 numeric, buy_slippage_100000 numeric,
  sell_vwap_1000 numeric, sell_vwap_10000 numeric, sell_vwap_100000 numeric,
  sell_slippage_1000 numeric, sell_slippage_10000 numeric, sell_slippage_100000 numeric,
  mid_mean numeric, spread_mean numeric, spread_bps_mean numeric, microprice_mean numeric,
  bid_depth_mean_1 numeric, bid_depth_mean_5 numeric, bid_depth_mean_10 numeric, bid_depth_mean_50 numeric, bid_depth_mean_100 numeric,
  ask_depth_mean_1 numeric, ask_depth_mean_5 numeric, ask_depth_mean_10 numeric, ask_depth_mean_50 numeric, ask_depth_mean_100 numeric,
  imbalance_mean_1 numeric, imbalance_mean_5 numeric, imbalance_mean_10 numeric, imbalance_mean_50 numeric, imbalance_mean_100 numeric,
  bid_horizon numeric, ask_horizon numeric,
  PRIMARY KEY (exchange, pair, seconds, time)
) PARTITION BY RANGE (time);

-- Small indexes for spans of time over all markets, and for the rows of one object: rows arrive in the order of time.
CREATE INDEX bars_times ON bars USING brin (time, object_minute) WITH (autosummarize = on);
CREATE INDEX quotes_times ON quotes USING brin (time, object_minute) WITH (autosummarize = on);
CREATE INDEX book_metrics_times ON book_metrics USING brin (time, object_minute) WITH (autosummarize = on);

-- One row a minute and market: counts by side of the aggressor, and totals in base and quote units.
CREATE VIEW trades_per_minute AS
SELECT exchange, pair, time, buy_trades AS buys, sell_trades AS sells, volume AS base_total, quote_volume AS quote_total, condition
FROM bars
WHERE minutes = 1;

COMMENT ON TABLE loaded_objects IS 'The highest loaded revision of each minute object.';
COMMENT ON TABLE bars IS 'Bars of trades of each length in minutes; time is the start.';
COMMENT ON TABLE quotes IS 'Best bid and ask at each change; valid until the next row. Order: time, object_minute, seq.';
COMMENT ON TABLE book_metrics IS 'Metrics of order books at each tick of each grid in seconds; time is the tick.';
