// Reads an Avro object container file with avsc and prints its schema, its metadata and its records as JSON.
// Usage: node avro.mjs ENGINE FILE, where ENGINE is a folder with node_modules/avsc.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [engine, file] = process.argv.slice(2);
const avro = createRequire(join(engine, 'x.js'))('avsc');
const answer = { records: [] };
avro.createFileDecoder(file)
  .on('metadata', (type, codec, header) => {
    answer.schema = JSON.parse(JSON.stringify(type.schema()));
    answer.codec = codec;
    answer.metadata = Object.fromEntries(Object.entries(header.meta).map(([key, value]) => [key, value.toString()]));
  })
  .on('data', record => answer.records.push(record))
  .on('error', error => { throw error; })
  .on('end', () => console.log(JSON.stringify(answer)));
