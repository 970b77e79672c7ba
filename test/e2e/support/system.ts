import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_SCHEMAS, TOPIC_LIST } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { connectKafka, connectRegistry, registerSchemas, type AvroRegistry, type KafkaConnection } from '#libs/stream';
import { connectWarehouse, type Warehouse } from '#libs/warehouse-client';
import { applyMigrations } from '../../../deploy/clickhouse/apply-migrations.ts';
import { startGuardian } from '../../../deploy/local/stack/guardian.ts';
import { freePorts, type StackHome } from '../../../deploy/local/stack/index.ts';
import { testStack } from '../../stack/connect.ts';
import type { StackEndpoints } from '../../stack/test-stack.ts';
import { deleteGroups, deleteTopics, emptyTopics, endsOf, readAll } from './log.ts';
import { runProgram, type ProgramResult } from './programs.ts';
import { startService, type Service, type ServiceName } from './services.ts';
import { until } from './until.ts';

export const BEARER = { authorization: 'Bearer end-to-end-secret-0000000001' };
const API_TOKENS = `tester:${BEARER.authorization.slice('Bearer '.length)}`;

const TOPIC_NAMES = TOPIC_LIST.map(({ name }) => name);
const GROUPS = ['scorer', 'warehouse'];

/** The whole product on the test stack, beginning with empty topics and an empty database. */
export interface System {
  readonly kafka: KafkaConnection;
  readonly registry: AvroRegistry;
  readonly warehouse: Warehouse;
  /** Removed in the end. */
  readonly folder: string;
  /** What any process needs to reach Kafka and the registry. */
  readonly streamEnv: NodeJS.ProcessEnv;
  /** Starts a service and waits until it is ready. */
  start(app: ServiceName, options?: StartOptions): Promise<Service>;
  /** Starts a service and does not wait. */
  launch(app: ServiceName, options?: StartOptions): Promise<Service>;
  /** Runs a compiled program (`apps/…/main.js`) against the stack to its end. */
  run(program: string, args: readonly string[]): Promise<ProgramResult>;
  /** Another empty database with the product's tables. */
  anotherWarehouse(name: string): Promise<Warehouse>;
  /** Empties the given topics and forgets what the services have committed for any topic. No service may run. */
  startOver(topics: readonly string[]): Promise<void>;
  /** The offset that a group has committed, by partition; -1 where there is none. */
  committed(group: string, topic: string): Promise<Map<number, number>>;
  /** How many processes are members of a group and know it. */
  members(group: string): Promise<number>;
  /** Waits until a group has committed every record that the topic holds now; throws when its service has ended. */
  caughtUp(
    service: Pick<Service, 'name' | 'isRunning' | 'lastLog'>,
    group: string,
    topic: string,
    deadlineMs?: number,
  ): Promise<void>;
  /** Kills what still runs; removes topics, databases and files. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Name of the state directory; that of the service when left out. */
  readonly state?: string;
  /** Where it listens for its users; a free port when left out. */
  readonly httpPort?: number;
}

export interface SystemOptions {
  /** The servers; those of the test run when left out. */
  readonly stack?: StackEndpoints;
  /** What services are told beside or instead of it: addresses of proxies. */
  readonly env?: NodeJS.ProcessEnv;
}

const REPLICAS = 3;

/** @param title names database, folder and client: letters only */
export async function emptySystem(
  title: string,
  { stack = testStack(), env: environment = {} }: SystemOptions = {},
): Promise<System> {
  const brokers = stack.kafkaBrokers.split(',');
  const replicationFactor = Math.min(REPLICAS, brokers.length);
  const kafka = connectKafka({ clientId: `e2e-${title}`, brokers });
  const streamEnv = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.registryUrl,
  };
  const folder = await mkdtemp(join(tmpdir(), `risk-e2e-${title}-`));
  const home: StackHome = { dataDir: folder, guardian: startGuardian() };
  const started: Service[] = [];
  const databases = databasesOf(stack, `risk_e2e_${title}_${process.pid}`);
  const admin = kafka.kafka.admin();

  const startOver = async (topics: readonly string[]): Promise<void> => {
    await deleteGroups(kafka, GROUPS);
    await emptyTopics(kafka, topics, replicationFactor);
  };
  const launch: System['launch'] = async (app, { env = {}, state = app, httpPort: ownPort } = {}) => {
    const [freePort, healthPort] = (await freePorts(2)) as [number, number];
    const httpPort = ownPort ?? freePort;
    const service = startService(home, {
      app,
      name: `${app}-${started.length + 1}`,
      httpPort,
      healthPort,
      env: {
        ...streamEnv,
        CLICKHOUSE_URL: stack.clickhouseUrl,
        CLICKHOUSE_DATABASE: databases.main,
        ...(app === 'warehouse' || app === 'console'
          ? { CLICKHOUSE_USER: app, CLICKHOUSE_PASSWORD: stack.clickhousePasswords[app] }
          : {}),
        RISK_API_TOKENS: API_TOKENS,
        RISK_STATE_DIR: join(folder, 'state', state),
        KAFKA_SESSION_TIMEOUT_MS: '6000',
        HTTP_PORT: String(httpPort),
        HEALTH_PORT: String(healthPort),
        ...environment,
        ...env,
      },
    });
    started.push(service);
    return service;
  };
  const committed: System['committed'] = async (group, topic) => {
    // A coordinator that has moved to another broker answers so once.
    const isAway = (error: Error & { readonly retriable?: boolean }): undefined => {
      if (error.retriable !== true) throw error;
    };
    const fetch = () => admin.fetchOffsets({ groupId: group, topics: [topic] }).catch(isAway);
    const [answer] = await until('the coordinator of the group answers', fetch);
    return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
  };

  const close = async (): Promise<void> => {
    await Promise.all(started.map((service) => service.kill()));
    await home.guardian.close();
    try {
      await admin.disconnect();
      await deleteTopics(kafka, TOPIC_NAMES);
      await databases.drop();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const prepare = async () => {
    await admin.connect();
    await registerSchemas({ url: stack.registryUrl }, RECORD_SCHEMAS);
    await startOver(TOPIC_NAMES);
    const registry = await connectRegistry({ url: stack.registryUrl }, RECORD_SCHEMAS);
    return { registry, warehouse: await databases.create(databases.main) };
  };
  // A setup that fails must not leave connections behind: they would keep the test run from ending.
  const prepared = await prepare().catch(async (error: unknown) => {
    await close().catch(() => undefined);
    throw error;
  });
  return {
    ...prepared,
    kafka,
    folder,
    streamEnv,
    launch,
    startOver,
    committed,
    async start(app, options) {
      const service = await launch(app, options);
      await service.ready();
      return service;
    },
    run: (program, args) =>
      runProgram(process.execPath, [join(packageRoot(), 'dist', program), ...args], { env: streamEnv, cwd: folder }),
    async members(group) {
      const { groups } = await admin.describeGroups([group]);
      const [described] = groups;
      return described?.state === 'Stable' ? described.members.length : 0;
    },
    anotherWarehouse: (name) => databases.create(`${databases.main}_${name}`),
    async caughtUp(service, group, topic, deadlineMs = 60_000) {
      const ends = endsOf(await readAll(kafka, topic));
      const hasAll = async (): Promise<boolean> => {
        if (!service.isRunning()) throw new Error(`${service.name} has ended${service.lastLog()}`);
        const offsets = await committed(group, topic);
        return [...ends].every(([partition, end]) => (offsets.get(partition) ?? -1) >= end);
      };
      const explain = (): string => service.lastLog();
      await until(`${group} has committed all of ${topic}`, hasAll, { deadlineMs, explain });
    },
    close,
  };
}

interface Databases {
  readonly main: string;
  create(name: string): Promise<Warehouse>;
  drop(): Promise<void>;
}

function databasesOf({ clickhouseUrl: url, clickhousePasswords }: StackEndpoints, main: string): Databases {
  const access = { url, user: 'migrator', password: clickhousePasswords.migrator };
  const folder = join(packageRoot(), 'deploy/clickhouse/migrations');
  const created: Warehouse[] = [];
  return {
    main,
    async create(database) {
      await applyMigrations({ ...access, database, folder });
      const warehouse = connectWarehouse({ ...access, database });
      created.push(warehouse);
      return warehouse;
    },
    async drop() {
      for (const warehouse of created) {
        await warehouse.command(`DROP DATABASE IF EXISTS ${warehouse.database}`);
        await warehouse.close();
      }
    },
  };
}
