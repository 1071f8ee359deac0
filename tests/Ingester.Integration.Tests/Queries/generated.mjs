// Reads the documented views over many stores, on DuckDB, and prints what each returns as JSON.
// Usage: node generated.mjs ENGINE VIEWS FOLDER, where FOLDER holds one store per sub-folder and ENGINE is a folder with node_modules/@duckdb/node-api.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, views, folder] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(engine, 'x.js'))('@duckdb/node-api');
const statements = readFileSync(views, 'utf8').split(/;\s*(?:\n|$)/).map(one => one.trim()).filter(one => one.replace(/--.*/g, '').trim().length > 0);
const questions = {
  trades: 'SELECT exchange, pair, id, conflict, disputed FROM trades_all ORDER BY sequence, ts, id',
  depth: 'SELECT exchange, pair, ts, after, upto, conflict, disputed FROM depth_all ORDER BY after, upto, ts',
  candles: 'SELECT exchange, pair, open, close, trades FROM candles ORDER BY exchange, minute',
};
const folderOf = dataset => dataset === 'candles' ? 'trades' : dataset;
const answers = {};
for (const store of readdirSync(folder)) {
  const duck = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await duck.run(`SET VARIABLE store = '${join(folder, store)}'`);
  const answer = answers[store] = {};
  const refused = [];
  for (const statement of statements)
    await duck.run(statement).catch(error => refused.push(String(error)));
  for (const [dataset, question] of Object.entries(questions)) {
    if (!existsSync(join(folder, store, folderOf(dataset))) && !existsSync(join(folder, store, 'fragments', folderOf(dataset))))
      continue;
    try {
      answer[dataset] = (await duck.runAndReadAll(question)).getRowObjectsJson();
    } catch (error) {
      answer[dataset] = `${error}; ${refused.join('; ')}`;
    }
  }
}

console.log(JSON.stringify(answers));
