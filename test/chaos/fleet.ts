import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Service, ServiceName } from '../e2e/support/services.ts';
import type { StartOptions, System } from '../e2e/support/system.ts';
import { until } from '../e2e/support/until.ts';
import { lastingPorts } from '../stack/broker-cluster.ts';

/** One process of the fleet, whichever runs for it now. */
export interface Member {
  readonly app: ServiceName;
  /** `scorer one`: the process and its state directory. */
  readonly name: string;
  /** Where it listens for its users, whichever process runs. */
  readonly url: string;
  readonly isRunning: () => boolean;
  readonly lastLog: () => string;
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL; its supervisor starts it again, over its state directory or, when it loses its state, over an empty one. */
  kill(how?: { readonly losesState: boolean }): Promise<void>;
  /** SIGTERM; it stays away. Where a fault meets it, it may not end in order: then it counts as ended by itself. */
  leave(): Promise<void>;
}

export interface Fleet {
  start(app: ServiceName, name: string, env?: NodeJS.ProcessEnv): Promise<Member>;
  members(app: ServiceName): readonly Member[];
  /** How often a process was killed. */
  kills(): number;
  /** Why processes ended by themselves, and how often; their supervisor started again whichever was not told to stop. */
  endedByThemselves(): ReadonlyMap<string, number>;
  /** Stops the members of an app, one after the other; throws when one does not end in order. */
  stopAll(app: ServiceName): Promise<void>;
  /** Starts nobody any more. */
  close(): void;
}

const PATHS_AND_PORTS = /\/[^\s:]+|:\d+/g;

/**
 * The message of the error that ended a process, if it had one, without what makes the same one another each time. Libraries
 * write between the lines of a log.
 */
function lastWordsOf({ logFile }: Service): string | undefined {
  const fatal = readFileSync(logFile, 'utf8').matchAll(/"level":"fatal".*?"message":"((?:[^"\\]|\\.)*)"/g);
  return [...fatal].at(-1)?.[1]?.replace(PATHS_AND_PORTS, '…');
}

const LOOK_EVERY_MS = 100;
/** A supervisor waits between two starts of what ended by itself: a dependency that is away is not gone at once. */
const PAUSE_MS = 500;

/** Processes under a supervisor that starts again whatever has ended, as it would in production. */
export function fleetOf(system: System): Fleet {
  const members = new Set<Supervised>();
  const ended = new Map<string, number>();
  const count = (why: string): void => void ended.set(why, (ended.get(why) ?? 0) + 1);
  let kills = 0;
  let closed = false;

  class Supervised implements Member {
    readonly app: ServiceName;
    readonly name: string;
    readonly url: string;
    readonly #options: StartOptions & { readonly state: string };
    #service: Service | undefined;
    #left = false;
    #waiting = 0;
    #tail: Promise<void> = Promise.resolve();

    constructor(app: ServiceName, name: string, { env, httpPort }: { env: NodeJS.ProcessEnv; httpPort: number }) {
      this.app = app;
      this.name = `${app} ${name}`;
      this.url = `http://127.0.0.1:${httpPort}`;
      this.#options = { env, httpPort, state: `${app}-${name}` };
    }
    isRunning = (): boolean => !this.#left;
    lastLog = (): string => this.#service?.lastLog() ?? '';

    launch(): Promise<void> {
      return this.#inTurn(() => this.#launch());
    }
    supervise(): void {
      const service = this.#service;
      const ending = service?.ending();
      if (this.#waiting > 0 || this.#left || service === undefined || ending === undefined) return;
      count(`${this.app}: ${lastWordsOf(service) ?? ending}`);
      void this.#inTurn(async () => {
        await pause(PAUSE_MS);
        await this.#launch();
      });
    }
    signal(signal: NodeJS.Signals): void {
      this.#service?.signal(signal);
    }
    kill({ losesState } = { losesState: false }): Promise<void> {
      const directory = join(system.folder, 'state', this.#options.state);
      return this.#inTurn(async () => {
        if (this.#left) return;
        // One that has just ended by itself cannot be killed.
        if (this.#service?.isRunning() === true) kills++;
        await this.#service?.kill();
        if (losesState) await rm(directory, { recursive: true, force: true });
        await this.#launch();
      });
    }
    async leave(): Promise<void> {
      await this.stop().catch((error: unknown) => {
        const service = this.#service;
        if (service?.ending() === undefined) throw error;
        count(`${this.app}, told to stop: ${lastWordsOf(service) ?? service.ending()}`);
      });
    }
    stop(): Promise<void> {
      return this.#inTurn(async () => {
        this.#left = true;
        members.delete(this);
        const service = this.#service;
        // While its modules are being loaded a process hears no SIGTERM and dies of it; that it listens shows that they are.
        const hears = async (live: Service) => !live.isRunning() || (await live.health('live')) !== undefined;
        if (service !== undefined) await until(`${service.name} listens`, () => hears(service));
        if (service?.isRunning() === true) await service.stop();
      });
    }
    /** One thing at a time is done to a process. */
    #inTurn(work: () => Promise<void>): Promise<void> {
      this.#waiting++;
      const turn = this.#tail.then(work).finally(() => this.#waiting--);
      this.#tail = turn.catch(() => undefined);
      return turn;
    }
    async #launch(): Promise<void> {
      if (!closed && !this.#left) this.#service = await system.launch(this.app, this.#options);
    }
  }

  const looking = setInterval(() => {
    for (const member of members) member.supervise();
  }, LOOK_EVERY_MS);
  const membersOf = (app: ServiceName): Supervised[] => [...members].filter((member) => member.app === app);
  return {
    async start(app, name, env = {}) {
      const [httpPort] = (await lastingPorts(1)) as [number];
      const member = new Supervised(app, name, { env, httpPort });
      members.add(member);
      await member.launch();
      return member;
    },
    members: membersOf,
    kills: () => kills,
    endedByThemselves: () => ended,
    async stopAll(app) {
      for (const member of membersOf(app)) await member.stop();
    },
    close() {
      closed = true;
      clearInterval(looking);
      members.clear();
    },
  };
}
