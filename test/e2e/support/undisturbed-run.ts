import { TOPICS } from '#libs/contracts';
import type { Warehouse } from '#libs/warehouse-client';
import { outcomeOf, STORED, type Outcome } from './outcome.ts';
import type { System } from './system.ts';

/** A scorer and a warehouse over the whole log with nothing in their way: what every other run has to end in. */
export async function undisturbedRun(system: System, warehouse: Warehouse): Promise<Outcome> {
  const env = { CLICKHOUSE_DATABASE: warehouse.database };
  const [scorer, writer] = await Promise.all([
    system.start('scorer', { state: 'calm' }),
    system.start('warehouse', { env }),
  ]);
  await system.caughtUp(scorer, 'scorer', TOPICS.events.name);
  await scorer.stop();
  for (const topic of STORED) await system.caughtUp(writer, 'warehouse', topic);
  await writer.stop();
  return outcomeOf(system, warehouse);
}
