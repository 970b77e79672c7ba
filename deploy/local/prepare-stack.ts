import { connectKafka } from '#libs/stream';
import { provision, type Provisioned } from '../provision/provision.ts';
import type { Stack } from './stack/index.ts';

/** Topics, schemas and tables of the embedded stack. */
export function prepareStack(stack: Stack, warn: (text: string) => void): Promise<Provisioned> {
  return provision({
    kafka: connectKafka({ clientId: 'local-start', brokers: [stack.kafkaBrokers] }),
    replicationFactor: 1,
    registry: { url: stack.registryUrl },
    clickhouse: {
      url: stack.clickhouseUrl,
      user: 'migrator',
      password: stack.secrets.clickhouse.migrator,
      database: 'risk',
    },
    warn,
  });
}
