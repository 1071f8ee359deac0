// Runs every SQL statement that the documentation shows against a recorded store, on DuckDB, and prints what each returns as JSON.
// Usage: node query.mjs ENGINE STORE REPOSITORY DAY, where ENGINE is a folder with node_modules/@duckdb/node-api, and DAY is like 2026-11-20.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, store, repository, day] = process.argv.slice(2);
const terraform = join(repository, 'deploy', 'terraform');
const { DuckDBInstance } = createRequire(join(engine, 'x.js'))('@duckdb/node-api');
const open = async () => (await DuckDBInstance.create(':memory:')).connect();
const [duck, athena] = [await open(), await open()];
const [year, month, date] = day.split('-');

// The documentation's day is an example; the recorded one takes its place.
const dated = sql => sql
  .replaceAll("'data/", `'${store}/`)
  .replaceAll('year=2026/month=11/day=20', `year=${year}/month=${month}/day=${date}`)
  .replaceAll("year = '2026' AND month = '11' AND day = '20'", `year = '${year}' AND month = '${month}' AND day = '${date}'`);

// DuckDB has the views that the documentation gives it.
const split = text => text.split(/;\s*(?:\n|$)/).map(one => one.trim()).filter(one => one.replace(/--.*/g, '').trim().length > 0);
await duck.run(`SET VARIABLE store = '${store}'`);
for (const file of ['views.sql', ...existsSync(join(store, 'instruments')) ? ['views-journals.sql'] : []])
  for (const statement of split(readFileSync(join(repository, 'docs', file), 'utf8')))
    await duck.run(statement);

// What Athena has and DuckDB calls otherwise; its tables as views over the same files, and over them its own views.
const trades = 'id VARCHAR, ts BIGINT, side VARCHAR, price VARCHAR, size VARCHAR, type VARCHAR, time VARCHAR';
const depth = 'ts BIGINT, after BIGINT, upto BIGINT, bids VARCHAR[][], asks VARCHAR[][], time VARCHAR';
const tables = {
  trades: ['trades', trades], fragments_trades: ['fragments/trades', trades], depth: ['depth', depth], fragments_depth: ['fragments/depth', depth],
  agg_trades: ['agg-trades', trades], fragments_agg_trades: ['fragments/agg-trades', trades],
  gaps: ['gaps', 'ts BIGINT, dataset VARCHAR, pair VARCHAR, after BIGINT, upto BIGINT, from BIGINT, to BIGINT, cause VARCHAR'],
  coverage: ['coverage', 'ts BIGINT, minutes INT, dataset VARCHAR, pair VARCHAR, state VARCHAR, upload VARCHAR, after BIGINT, upto BIGINT, rows BIGINT'],
  quarantine: ['quarantine', 'ts BIGINT, reason VARCHAR, length BIGINT, frame VARCHAR, base64 VARCHAR'],
};
await athena.run('CREATE MACRO from_unixtime(seconds) AS to_timestamp(seconds)');
await athena.run('CREATE MACRO regexp_like(value, pattern) AS regexp_matches(value, pattern)');
for (const [table, [folder, columns]] of Object.entries(tables)) {
  const fields = columns.split(', ').map(column => column.split(' '));
  const keys = ['exchange', ...(folder.includes('gaps') || folder.includes('coverage') || folder.includes('quarantine') ? [] : ['pair']), 'year', 'month', 'day'];
  await athena.run(existsSync(join(store, folder))
    ? `CREATE VIEW ${table} AS SELECT * EXCLUDE filename, filename AS "$path" FROM read_json('${store}/${folder}/**/*.json.gz', format = 'newline_delimited', filename = true,
        columns = {${fields.map(([name, type]) => `'${name}': '${type}'`).join(', ')}}, hive_partitioning = true, hive_types_autocast = false)`
    : `CREATE TABLE ${table} (${[...fields, ...keys.map(key => [key, 'VARCHAR']), ['$path', 'VARCHAR']].map(([name, type]) => `"${name}" ${type}`).join(', ')})`);
}

for (const file of readdirSync(join(terraform, 'views')))
  await athena.run(`CREATE VIEW ${file.replace('.sql', '')} AS ${readFileSync(join(terraform, 'views', file), 'utf8')}`);

const statements = [];
for (const page of ['README.md', 'docs/layout.md']) {
  let section = '';
  for (const [, title, block] of readFileSync(join(repository, page), 'utf8').matchAll(/^## (.*)$|```sql\n([^]*?)```/gm))
    if (title)
      section = title;
    else
      for (const sql of split(block)) {
        const engine = section === 'Athena' || sql.includes('-- Athena') ? 'Athena' : 'DuckDB';
        statements.push({ name: `${page}: ${engine}: ${sql.split('\n')[0]}`, on: engine === 'Athena' ? athena : duck, sql: dated(sql) });
      }
}

for (const file of readdirSync(join(terraform, 'queries')).filter(name => name.endsWith('.sql')))
  statements.push({ name: file, on: athena, sql: dated(readFileSync(join(terraform, 'queries', file), 'utf8').trim().replace(/;$/, '')) });
for (const view of ['trades_all', 'depth_all', 'gaps_open'])
  for (const [engine, on] of [['DuckDB', duck], ['Athena', athena]])
    statements.push({ name: `all of ${view}: ${engine}`, on, sql: `SELECT * FROM ${view}` });

statements.push({ name: 'all of candles: DuckDB', on: duck, sql: 'SELECT * FROM candles' });

const answers = {};
for (const { name, on, sql } of statements) {
  try {
    answers[name] = { rows: (await on.runAndReadAll(sql)).getRowObjectsJson() };
  } catch (error) {
    answers[name] = { error: String(error), sql };
  }
}

console.log(JSON.stringify(answers));
