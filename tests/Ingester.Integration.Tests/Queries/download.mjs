// Downloads exported files with the published client of the layout, as its users do, and prints the paths of the downloaded files as JSON.
// Usage: node download.mjs ENGINE ADDRESS EXCHANGE SYMBOL DAY FOLDER, where ENGINE is a folder with node_modules/tardis-dev, ADDRESS ends in /v1, and DAY is like 2026-11-20.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, address, exchange, symbol, day, folder] = process.argv.slice(2);
const require = createRequire(join(engine, 'x.js'));
require('tardis-dev/dist/options.js').init({ datasetsEndpoint: address }); // before the rest: the download keeps the options that it finds when it is loaded
const { downloadDatasets } = require('tardis-dev');
const dataTypes = ['trades', 'incremental_book_L2', 'quotes', 'book_snapshot_5', 'book_snapshot_25'];
const to = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
await downloadDatasets({ exchange, dataTypes, symbols: [symbol], from: day, to, apiKey: '', downloadDir: folder });
console.log(JSON.stringify(Object.fromEntries(dataTypes.map(type => [type, join(folder, `${exchange}_${type}_${day}_${symbol}.csv.gz`)]))));
