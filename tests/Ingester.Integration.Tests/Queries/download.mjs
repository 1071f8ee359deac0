// Downloads exported files with the published client of the layout, as its users do, and prints the paths of the downloaded files as JSON. The client speaks https alone,
// and retries for hours where it is answered otherwise: a reverse proxy with a certificate stands before the server, as it does where exports are served to others.
// Usage: node download.mjs ENGINE ADDRESS EXCHANGE SYMBOL DAY FOLDER PEM, where ENGINE is a folder with node_modules/tardis-dev, ADDRESS is of http and ends in /v1, DAY is like 2026-11-20,
// and PEM is a file with the certificate of localhost and its key.
import http from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, address, exchange, symbol, day, folder, pem] = process.argv.slice(2);
const certificate = readFileSync(pem);
const target = new URL(address);
const proxy = https.createServer({ key: certificate, cert: certificate }, (request, response) =>
  request.pipe(http.request({ host: target.hostname, port: target.port, path: request.url, method: request.method, headers: request.headers }, answer => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }).on('error', error => response.destroy(error))));
await new Promise(ready => proxy.listen(0, 'localhost', ready));

const require = createRequire(join(engine, 'x.js'));
require('tardis-dev/dist/options.js').init({ datasetsEndpoint: `https://localhost:${proxy.address().port}${target.pathname}` }); // before the rest: the download keeps the options that it finds when it is loaded
require('tardis-dev/dist/handy.js').httpsProxyAgent = new https.Agent({ ca: certificate });
const { downloadDatasets } = require('tardis-dev');
const dataTypes = ['trades', 'incremental_book_L2', 'quotes', 'book_snapshot_5', 'book_snapshot_25'];
const to = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
await downloadDatasets({ exchange, dataTypes, symbols: [symbol], from: day, to, apiKey: '', downloadDir: folder });
proxy.closeAllConnections();
proxy.close();
console.log(JSON.stringify(Object.fromEntries(dataTypes.map(type => [type, join(folder, `${exchange}_${type}_${day}_${symbol}.csv.gz`)]))));
