/** `npm run reset`: deletes the data of the local stack, after asking. */
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { lockHolder } from './lock.ts';
import { dataDirOption } from './options.ts';
import { endStaleProcesses } from './stack/index.ts';

const command = new Command('npm run reset --')
  .description('Deletes the data of the local stack: log, schemas, tables, scorer state, secrets. Fetched jars stay.')
  .option('--yes', 'do not ask', false)
  .addOption(dataDirOption());
command.parse();
process.exitCode = await reset(command.opts<{ yes: boolean; dataDir: string }>());

async function reset({ yes, dataDir }: { yes: boolean; dataDir: string }): Promise<number> {
  if (!existsSync(dataDir)) {
    console.log(`there is nothing at ${dataDir}`);
    return 0;
  }
  const holder = lockHolder(dataDir);
  if (holder !== undefined) {
    console.error(`npm start (process ${holder}) is using ${dataDir}: stop it first, with Ctrl-C or kill ${holder}`);
    return 1;
  }
  if (readdirSync(dataDir).length > 0 && !existsSync(join(dataDir, 'secrets.json'))) {
    console.error(`${dataDir} was not made by npm start (it has no secrets.json); nothing is deleted`);
    return 1;
  }
  if (!yes && !(await agreed(`delete all data in ${dataDir}? [y/N] `))) return 1;
  await endStaleProcesses(dataDir);
  await rm(dataDir, { recursive: true });
  console.log(`deleted ${dataDir}; npm start begins anew`);
  return 0;
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.error(`without a terminal, say it with --yes: npm run reset -- --yes`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  const yes = /^y(es)?$/i.test(answer.trim());
  if (!yes) console.log('nothing is deleted');
  return yes;
}
