import { RECORD_SCHEMAS } from '#libs/contracts';
import { connectLog, readLoads } from '#libs/event-log';
import {
  connectKafka,
  connectRegistry,
  kafkaOptionsOf,
  type AvroRegistry,
  type KafkaConnection,
  registryOptionsOf,
} from '#libs/stream';
import { importEnv } from '../env.ts';
import type { CitySettings } from './enterprises.ts';
import { settingsOfLoad } from './load-id.ts';

export interface Clusters {
  readonly kafka: KafkaConnection;
  readonly registry: AvroRegistry;
}

/** Kafka and the registry of the environment, the embedded ones when nothing is set. */
export async function connectClusters(): Promise<Clusters> {
  const env = importEnv();
  const registry = await connectRegistry(registryOptionsOf(env), RECORD_SCHEMAS);
  return { kafka: connectKafka(kafkaOptionsOf('demo-city', env)), registry };
}

/** The settings of the city in the log whose load is in that state, or nothing if there is none. */
export async function cityInLog(
  { kafka, registry }: Clusters,
  wanted: 'OPEN' | 'CLOSED',
): Promise<CitySettings | undefined> {
  const log = await connectLog(kafka);
  try {
    const loads = await readLoads(log, registry);
    const cities = [...loads.values()]
      .filter(({ state }) => state === wanted)
      .map(({ loadId }) => settingsOfLoad(loadId));
    return cities.find((city) => city !== undefined);
  } finally {
    await log.close();
  }
}
