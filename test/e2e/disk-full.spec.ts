import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildUscc, TOPICS } from '#libs/contracts';
import { differenceIn, outcomeOf, OUTPUTS, PARTS, STORED, type Outcome } from './support/outcome.ts';
import { postEvents } from './support/post-events.ts';
import { listing, registration } from './support/sample-events.ts';
import { emptySystem, type System } from './support/system.ts';
import { undisturbedRun } from './support/undisturbed-run.ts';

const ENTERPRISES = 300;
const ROUNDS = 60;
const BETWEEN_MS = 500;
const usccs = Array.from({ length: ENTERPRISES }, (_, at) =>
  buildUscc('91', '442000', `MB1${String(at).padStart(5, '0')}`),
);

let system: System;
beforeAll(async () => {
  system = await emptySystem('diskfull');
}, 60_000);
afterAll(() => system?.close(), 60_000);

describe('a scorer whose disk becomes full while it works', () => {
  let log: string;
  let disturbed: Outcome;
  let undisturbed: Outcome;

  beforeAll(async () => {
    const intake = await system.start('intake');
    // Its log lies on the full disk too, and must not need room.
    const first = await system.start('scorer', { env: { LOG_LEVEL: 'fatal' } });
    await postEvents(intake, usccs.map(registration));
    await system.caughtUp(first, 'scorer', TOPICS.events.name);
    const stores = join(system.folder, 'state', 'scorer', 'scorer');
    const sizes = readdirSync(stores).map((partition) => statSync(join(stores, partition, 'data.mdb')).size);
    first.fillDisk(Math.max(...sizes));
    // A store is written some seconds after the last time, with a commit that follows.
    for (let round = 1; first.isRunning(); round++) {
      expect(round).toBeLessThan(ROUNDS);
      await postEvents(
        intake,
        usccs.map((uscc) => ({ ...listing(uscc), number: `L-${uscc}-${round}` })),
      );
      await sleep(BETWEEN_MS);
    }
    log = readFileSync(first.logFile, 'utf8');
    await intake.stop();

    const [second, warehouse] = await Promise.all([system.start('scorer'), system.start('warehouse')]);
    await system.caughtUp(second, 'scorer', TOPICS.events.name);
    await second.stop();
    for (const topic of STORED) await system.caughtUp(warehouse, 'warehouse', topic);
    await warehouse.stop();
    disturbed = await outcomeOf(system, system.warehouse);
    await system.startOver(OUTPUTS);
    undisturbed = await undisturbedRun(system, await system.anotherWarehouse('calm'));
  }, 180_000);

  it('ends, and says which disk it is and what to do', () => {
    expect(log).toMatch(
      /"level":"fatal".*\S+\/state\/scorer\/scorer\/\d+ cannot be written; its disk has \d+ bytes left/,
    );
  });

  it.each(PARTS)('and is started again with room ends in the same %s as an undisturbed one', (part) => {
    expect(differenceIn(part, disturbed, undisturbed)).toBeUndefined();
  });

  it('tells subscribers nothing twice', () => {
    expect(disturbed.parts['class changes told'].length).toBeGreaterThanOrEqual(ENTERPRISES);
    expect(disturbed.repeatedIds).toEqual([]);
  });
});
