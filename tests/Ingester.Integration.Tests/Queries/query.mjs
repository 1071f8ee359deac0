// Runs every SQL statement that the documentation shows against a recorded store, on DuckDB, and prints what each returns as JSON.
// Usage: node query.mjs ENGINE STORE LAYOUT QUERIES DAY, where ENGINE is a folder with node_modules/@duckdb/node-api, and DAY is like 2026-11-20.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, store, layout, queries, day] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(engine, 'x.js'))('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const [year, month, date] = day.split('-');

// The documentation's day is an example; the recorded one takes its place.
const dated = sql => sql
  .replaceAll('year=2026/month=11/day=20', `year=${year}/month=${month}/day=${date}`)
  .replaceAll("year = '2026' AND month = '11' AND day = '20'", `year = '${year}' AND month = '${month}' AND day = '${date}'`);

// What Athena has and DuckDB calls otherwise, and its tables as views over the same files.
const rows = {
  trades: 'id VARCHAR, ts BIGINT, side VARCHAR, price VARCHAR, size VARCHAR',
  gaps: 'ts BIGINT, dataset VARCHAR, pair VARCHAR, after BIGINT, upto BIGINT, "from" BIGINT, "to" BIGINT, cause VARCHAR',
  coverage: 'ts BIGINT, minutes INT, dataset VARCHAR, pair VARCHAR, state VARCHAR, upload VARCHAR, after BIGINT, upto BIGINT, rows BIGINT',
  quarantine: 'ts BIGINT, reason VARCHAR, length BIGINT, frame VARCHAR, base64 VARCHAR',
};
const tables = { trades: 'trades', fragments_trades: 'fragments/trades', gaps: 'gaps', coverage: 'coverage', quarantine: 'quarantine' };
await connection.run('CREATE MACRO from_unixtime(seconds) AS to_timestamp(seconds)');
for (const [table, folder] of Object.entries(tables)) {
  const columns = rows[folder.split('/').at(-1)];
  const keys = folder.endsWith('trades') ? 'exchange VARCHAR, pair VARCHAR, year VARCHAR, month VARCHAR, day VARCHAR' : 'exchange VARCHAR, year VARCHAR, month VARCHAR, day VARCHAR';
  if (!existsSync(join(store, folder))) {
    await connection.run(`CREATE TABLE ${table} (${columns}, ${keys})`);
    continue;
  }

  const fields = columns.split(', ').map(column => column.replaceAll('"', '').split(' ')).map(([name, type]) => `'${name}': '${type}'`).join(', ');
  await connection.run(`CREATE VIEW ${table} AS SELECT * FROM read_json('${store}/${folder}/**/*.json.gz', format = 'newline_delimited', columns = {${fields}},
    hive_partitioning = true, hive_types_autocast = false)`);
}

const statements = [];
const shown = readFileSync(layout, 'utf8');
for (const [, section, block] of shown.matchAll(/## (DuckDB|Athena)\n[^]*?```sql\n([^]*?)```/g))
  for (const sql of block.split(';').map(text => text.trim()).filter(text => text.length > 0))
    statements.push({ name: `${section}: ${sql.split('\n')[0]}`, sql: dated(sql).replaceAll("'data/", `'${store}/`) });
for (const file of readdirSync(queries).filter(name => name.endsWith('.sql')))
  statements.push({ name: file, sql: dated(readFileSync(join(queries, file), 'utf8').trim().replace(/;$/, '')) });

const answers = {};
for (const { name, sql } of statements) {
  try {
    answers[name] = { rows: (await connection.runAndReadAll(sql)).getRowObjectsJson() };
  } catch (error) {
    answers[name] = { error: String(error), sql };
  }
}

console.log(JSON.stringify(answers));
