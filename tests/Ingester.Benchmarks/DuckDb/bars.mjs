// Computes the bars of recorded trades by SQL, and prints the number of bars and the CPU seconds of the process as JSON.
// Usage: node bars.mjs ENGINE STORE MINUTES..., where ENGINE is a folder with node_modules/@duckdb/node-api.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, store, ...lengths] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(engine, 'x.js'))('@duckdb/node-api');
const duck = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
await duck.run(`
  CREATE TABLE trades AS SELECT pair, id::BIGINT AS id, ts, side, price::DECIMAL(18, 8) AS price, size::DECIMAL(18, 8) AS size
  FROM read_json('${store}/trades/**/*.json.gz', format = 'newline_delimited', hive_partitioning = true, hive_types_autocast = false,
    columns = {'id': 'VARCHAR', 'ts': 'BIGINT', 'side': 'VARCHAR', 'price': 'VARCHAR', 'size': 'VARCHAR'})`);
const bars = {};
for (const minutes of lengths) {
  await duck.run(`
    CREATE TABLE bars_${minutes} AS SELECT pair, ts // ${minutes * 60_000_000} AS start, arg_min(price, id) AS open, max(price) AS high, min(price) AS low, arg_max(price, id) AS close,
      sum(size) AS volume, sum(price::DECIMAL(38, 18) * size) AS quote_volume, count(*) AS trades, count(*) FILTER (side = 'buy') AS buys, sum(size) FILTER (side = 'buy') AS buy_volume,
      sum(price::DECIMAL(38, 18) * size) FILTER (side = 'buy') AS buy_quote_volume, count(*) FILTER (side = 'sell') AS sells, sum(size) FILTER (side = 'sell') AS sell_volume,
      sum(price::DECIMAL(38, 18) * size) FILTER (side = 'sell') AS sell_quote_volume, min(id) AS first_id, max(id) AS last_id
    FROM trades GROUP BY pair, start`);
  bars[minutes] = Number((await duck.runAndReadAll(`SELECT count(*) FROM bars_${minutes}`)).getRows()[0][0]);
}

const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ bars, cpu: (user + system) / 1e6 }));
