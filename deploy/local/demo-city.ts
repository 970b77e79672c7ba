import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { connectKafka, topicOffsets } from '#libs/stream';
import { streamEnv } from './services.ts';
import { describe, logOf, startChild, type Stack } from './stack/index.ts';

const MAIN = () => join(packageRoot(), 'dist/apps/intake/src/demo-city/main.js');
const markerOf = (stack: Stack) => join(stack.home.dataDir, 'demo-city.json');

/** What is to be done about the demonstration city: the log is empty, holds a load that was broken off, or holds data. */
export async function demoCityState(stack: Stack): Promise<'ABSENT' | 'BROKEN_OFF' | 'PRESENT'> {
  if (existsSync(markerOf(stack))) {
    const { loaded } = JSON.parse(readFileSync(markerOf(stack), 'utf8')) as { loaded: boolean };
    if (!loaded) return 'BROKEN_OFF';
  }
  const kafka = connectKafka({ clientId: 'local-start', brokers: [stack.kafkaBrokers] });
  const ranges = await topicOffsets(kafka, TOPICS.events.name);
  return ranges.some(({ high }) => high > 0) ? 'PRESENT' : 'ABSENT';
}

/** Loads the city's history; prints its own progress. A marker tells a later start of a load that was broken off. */
export async function loadDemoCity(stack: Stack, enterprises: number, signal: AbortSignal): Promise<void> {
  writeFileSync(markerOf(stack), JSON.stringify({ loaded: false, enterprises }));
  const child = startChild(stack.home, {
    name: 'demo-city-load',
    command: process.execPath,
    args: ['--enable-source-maps', MAIN(), 'load', '--enterprises', String(enterprises)],
    env: { ...process.env, ...streamEnv(stack) },
    onTerminal: true,
  });
  const stop = () => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  const exit = await child.exited;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (exit.code !== 0) {
    throw new Error(
      `the demonstration city was not loaded (${describe(exit)}); npm run reset, then npm start, begins anew`,
    );
  }
  writeFileSync(markerOf(stack), JSON.stringify({ loaded: true, enterprises }));
}

/** Keeps events coming, by way of intake, until stopped. Its end by itself is reported, and nothing else depends on it. */
export function startTrickle(
  stack: Stack,
  setting: { rate: number; intakePort: number },
  report: (text: string) => void,
) {
  const child = startChild(stack.home, {
    name: 'demo-city-trickle',
    command: process.execPath,
    args: ['--enable-source-maps', MAIN(), 'trickle', '--rate', String(setting.rate)],
    env: {
      ...process.env,
      ...streamEnv(stack),
      RISK_INTAKE_URL: `http://127.0.0.1:${setting.intakePort}`,
      RISK_INTAKE_TOKEN: stack.secrets.tokens.trickle,
    },
  });
  let stopping = false;
  void child.exited.then((exit) => {
    if (!stopping) report(`the trickle of events ended (${describe(exit)})${logOf(child)}`);
  });
  return {
    async stop() {
      stopping = true;
      await child.stop();
    },
    kill() {
      stopping = true;
      child.kill();
    },
  };
}
