// Reads the documented views of derived data over one store, on DuckDB, and prints the rows of each as JSON.
// Usage: node derived.mjs ENGINE DOCS STORE, where ENGINE is a folder with node_modules/@duckdb/node-api.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, docs, store] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(engine, 'x.js'))('@duckdb/node-api');
const duck = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const statements = readFileSync(join(docs, 'views-derived.sql'), 'utf8').split(/;\s*(?:\n|$)/).map(one => one.trim()).filter(one => one.replace(/--.*/g, '').trim().length > 0);
await duck.run(`SET VARIABLE store = '${store}'`);
const answers = {};
for (const statement of statements) {
  const view = statement.match(/CREATE OR REPLACE VIEW (\w+)/)?.[1];
  try {
    await duck.run(statement);
    if (view)
      answers[view] = (await duck.runAndReadAll(`SELECT * FROM ${view}`)).getRowObjectsJson();
  } catch (error) {
    answers[view ?? statement] = String(error);
  }
}

console.log(JSON.stringify(answers));
