import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { connectKafka, topicOffsets } from '#libs/stream';
import { NODE_FLAGS, streamEnv } from './services.ts';
import type { Stoppable } from './shutdown.ts';
import { describe, logOf, startChild, type Stack } from './stack/index.ts';

/** Which city this data directory holds. A load that was broken off goes on only with the same size and end. */
interface City {
  readonly enterprises: number;
  /** End of the loaded history, ISO 8601. */
  readonly until: string;
  readonly loaded: boolean;
}

export type CityState =
  | { readonly kind: 'TO_LOAD'; readonly city: City; readonly brokenOff: boolean }
  | { readonly kind: 'LOADED'; readonly city: City }
  /** The log holds other data, or nothing was asked for: neither a load nor a trickle. */
  | { readonly kind: 'NONE' };

const MAIN = () => join(packageRoot(), 'dist/apps/intake/src/demo-city/main.js');
const markerOf = (stack: Stack) => join(stack.home.dataDir, 'demo-city.json');

/** What is to be done about the demonstration city: it goes only into an empty log. */
export async function cityState(stack: Stack, enterprises: number): Promise<CityState> {
  if (existsSync(markerOf(stack))) {
    const city = JSON.parse(readFileSync(markerOf(stack), 'utf8')) as City;
    return city.loaded ? { kind: 'LOADED', city } : { kind: 'TO_LOAD', city, brokenOff: true };
  }
  const kafka = connectKafka({ clientId: 'local-start', brokers: [stack.kafkaBrokers] });
  const ranges = await topicOffsets(kafka, TOPICS.events.name);
  if (ranges.some(({ high }) => high > 0)) return { kind: 'NONE' };
  const city = { enterprises, until: new Date().toISOString(), loaded: false };
  return { kind: 'TO_LOAD', city, brokenOff: false };
}

/** Loads the city's history; the loader prints its own progress, and goes on after what an earlier run has written. */
export async function loadCity(stack: Stack, city: City, signal: AbortSignal): Promise<void> {
  writeFileSync(markerOf(stack), JSON.stringify(city));
  const child = startChild(stack.home, {
    name: 'demo-city-load',
    command: process.execPath,
    args: [...NODE_FLAGS, MAIN(), 'load', ...cityArguments(city)],
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
      `the demonstration city was not loaded (${describe(exit)}); npm start goes on with it, npm run reset and npm start begin anew`,
    );
  }
  writeFileSync(markerOf(stack), JSON.stringify({ ...city, loaded: true }));
}

/** Keeps events of the city coming, by way of intake, until stopped. Nothing depends on it: its end is only reported. */
export function startTrickle(
  stack: Stack,
  setting: { city: City; rate: number; intakePort: number },
  report: (text: string) => void,
): Stoppable {
  const child = startChild(stack.home, {
    name: 'demo-city-trickle',
    command: process.execPath,
    args: [...NODE_FLAGS, MAIN(), 'trickle', ...cityArguments(setting.city), '--rate', String(setting.rate)],
    env: {
      ...process.env,
      RISK_INTAKE_URL: `http://127.0.0.1:${setting.intakePort}`,
      RISK_INTAKE_TOKEN: stack.secrets.tokens.trickle,
    },
  });
  let stopping = false;
  void child.exited.then((exit) => {
    if (!stopping) report(`the trickle of events ended (${describe(exit)})${logOf(child)}`);
  });
  return {
    name: 'trickle',
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

function cityArguments({ enterprises, until }: City): string[] {
  return ['--enterprises', String(enterprises), '--until', until];
}
