// Runs the SQL statements that one page shows, on DuckDB over an exported store, and prints what each returns as JSON.
// Usage: node page.mjs ENGINE PAGE STORE DAY, where ENGINE is a folder with node_modules/@duckdb/node-api, and DAY is like 2026-11-20.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, page, store, day] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(engine, 'x.js'))('@duckdb/node-api');
const duck = await (await DuckDBInstance.create(':memory:')).connect();
const answers = {};
for (const [, block] of readFileSync(page, 'utf8').matchAll(/```sql\n([^]*?)```/g))
  for (const statement of block.split(/;\s*\n/).map(one => one.trim()).filter(one => one.length > 0)) {
    const name = statement.split('\n')[0];
    const sql = statement.replaceAll("'data/", `'${store}/`).replaceAll('2026-11-20', day).replaceAll('2026/11/20', day.replaceAll('-', '/'));
    try {
      answers[name] = { rows: (await duck.runAndReadAll(sql)).getRowObjectsJson() };
    } catch (error) {
      answers[name] = { error: String(error), sql };
    }
  }

console.log(JSON.stringify(answers));
