import { readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TOPICS } from '#libs/contracts';
import type { Random } from '../../../apps/intake/src/demo-city/random.ts';
import type { Service, ServiceName } from './services.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

/** What was done to a service and how far its group was in the event log when it was done. */
export interface Trouble {
  readonly what: string;
  /** Share of the log that was committed, 0 to 1. */
  readonly progress: number;
}

/** Fetches so small that a load has a middle in which a service can be killed. */
const SMALL_FETCHES = { KAFKA_MAX_BATCH_BYTES: '65536' };

const SECOND = 'second';

/** One service under attack: kills it when its group has come so far, and starts it again as its supervisor would. */
export class Victim {
  readonly troubles: Trouble[] = [];
  readonly #system: System;
  readonly #app: ServiceName;
  readonly #total: number;
  readonly #random: Random;
  /** Name of the state directory. */
  #state: string;
  #env: NodeJS.ProcessEnv = {};
  #service: Service | undefined;

  /** @param total records in the event log */
  constructor(system: System, app: ServiceName, total: number, random: Random) {
    this.#system = system;
    this.#app = app;
    this.#state = app;
    this.#total = total;
    this.#random = random;
  }

  get service(): Service {
    if (this.#service === undefined) throw new Error(`${this.#app} was not started`);
    return this.#service;
  }

  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    this.#env = env;
    this.#service = await this.#launch();
  }
  /** SIGKILL as soon as the group has committed this share of the log, then a new start on the same state. */
  async killAt(share: number): Promise<void> {
    await this.#reached(share);
    await this.#kill(`killed at ${share}`);
    this.#service = await this.#launch();
  }

  /** SIGKILL a moment after it was given its partitions: while it takes them over, restores, or has just begun. */
  async killWhileTakingOver(): Promise<void> {
    const { logFile } = this.service;
    await this.#alive('it is assigned its partitions', () =>
      /"(assigned|restored)"/.test(readFileSync(logFile, 'utf8')),
    );
    await this.#alive('a moment has passed', moment(this.#random.whole(0, 400)));
    await this.#kill('killed while it took over');
    this.#service = await this.#launch();
  }

  /** SIGKILL at a share of the log, and its state directory is lost. */
  async killAndLoseStateAt(share: number): Promise<void> {
    await this.#reached(share);
    await this.#kill(`killed at ${share}, state lost`);
    await rm(join(this.#system.folder, 'state', this.#state), { recursive: true });
    this.#service = await this.#launch();
  }

  /**
   * SIGSTOP at a share of the log, until a second process has taken over and committed; then SIGCONT: the first finds
   * itself fenced in the middle of what it did. Answers the second process.
   */
  async freezeAt(share: number): Promise<Service> {
    await this.#reached(share);
    this.service.signal('SIGSTOP');
    const frozenAt = await this.#committed();
    this.troubles.push({ what: 'frozen', progress: frozenAt / this.#total });
    const second = await this.#launch(SECOND);
    await until(
      'a second process goes on with the work of the frozen one',
      async () => (await this.#committed()) > frozenAt,
      {
        explain: () => second.lastLog(),
      },
    );
    this.service.signal('SIGCONT');
    return second;
  }

  /** After a freeze: it has either joined again or ended by itself, and then its supervisor starts it again. */
  async recovers(): Promise<void> {
    await until(`both processes are members of the group ${this.#app}`, async () => {
      if (!this.service.isRunning()) this.#service = await this.#launch();
      return (await this.#system.members(this.#app)) === 2;
    });
  }

  /** Bytes in the local stores of the second process of a freeze. */
  storedBySecond(): number {
    const directory = join(this.#system.folder, 'state', SECOND);
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('data.mdb'),
    );
    return files.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
  }

  /** SIGKILL to both processes of a freeze; one is started again, on the state of the second. */
  async killWith(second: Service): Promise<void> {
    await Promise.all([second.kill(), this.#kill('both killed')]);
    this.#state = SECOND;
    this.#service = await this.#launch();
  }

  #launch(state = this.#state): Promise<Service> {
    return this.#system.launch(this.#app, { state, env: { ...SMALL_FETCHES, ...this.#env } });
  }

  async #kill(what: string): Promise<void> {
    await this.service.kill();
    this.troubles.push({ what, progress: (await this.#committed()) / this.#total });
  }

  async #committed(): Promise<number> {
    const offsets = await this.#system.committed(this.#app, TOPICS.events.name);
    return [...offsets.values()].reduce((sum, offset) => sum + Math.max(0, offset), 0);
  }

  async #reached(share: number): Promise<void> {
    await this.#alive(`${share} of the log is committed`, async () => (await this.#committed()) >= share * this.#total);
    await this.#alive('a moment has passed', moment(this.#random.whole(0, 60)));
  }

  /** `until` that also fails when the service ends by itself. */
  async #alive(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const service = this.service;
    await until(
      `${service.name}: ${what}`,
      async () => {
        if (!service.isRunning()) throw new Error(`${service.name} has ended by itself${service.lastLog()}`);
        return holds();
      },
      { everyMs: 10, explain: () => service.lastLog() },
    );
  }
}

/** Spreads kills over what a service does between two commits; nothing waits for this moment. */
function moment(ms: number): () => boolean {
  const end = Date.now() + ms;
  return () => Date.now() >= end;
}
