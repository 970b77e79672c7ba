/** The process behind `clickhouse.ts`: holds the engine, and ends it in order on SIGTERM. Its last argument is the configuration file. */
import { runEngine } from './clickhouse-engine.ts';

const { CLICKHOUSE_DATA, CLICKHOUSE_PORT, CLICKHOUSE_KEEPER_QUERY, CLICKHOUSE_ADMIN_PASSWORD } = process.env;
const configFile = process.argv.at(-1);

process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => {
  // The engine lives as long as its query; a process.exit() under a running engine hangs.
  fetch(`http://127.0.0.1:${CLICKHOUSE_PORT}/`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': 'admin', 'x-clickhouse-key': CLICKHOUSE_ADMIN_PASSWORD ?? '', connection: 'close' },
    body: `KILL QUERY WHERE query_id = '${CLICKHOUSE_KEEPER_QUERY}'`,
  }).catch(() => process.kill(process.pid, 'SIGKILL'));
});

const stayAlive = 'SELECT sleepEachRow(1) FROM system.numbers FORMAT Null SETTINGS max_block_size=1, max_threads=1';
const error = await runEngine([
  'clickhouse',
  `--path=${CLICKHOUSE_DATA}`,
  `--http_port=${CLICKHOUSE_PORT}`,
  '--listen_host=127.0.0.1',
  `--config-file=${configFile}`,
  `--query_id=${CLICKHOUSE_KEEPER_QUERY}`,
  `--query=SYSTEM START LISTEN HTTP; ${stayAlive}`,
]);
// 394 is the cancelled query: the ordinary end.
if (error === undefined || error.startsWith('Code: 394')) process.exit(0);
process.stderr.write(`the engine ended: ${error.split(/\s*Stack trace/)[0]}\n`);
process.exit(1);
