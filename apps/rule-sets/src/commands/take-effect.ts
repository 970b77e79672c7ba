import type { RuleSetReleaseStep } from '#libs/contracts';
import { statementOf, type Desk } from '../desk.ts';
import { activationRecords } from '../log/activation-records.ts';
import { endsNow, movedSince, untilPassed } from '../log/passing.ts';
import type { Output } from '../output.ts';
import type { RuleSetRef } from '../release/release.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

export interface Effect {
  readonly ref: RuleSetRef;
  readonly step: 'ACTIVATED' | 'RETIRED';
  readonly by: string;
  readonly note: string;
  /** `id@version` in the scheme until now; null of a retirement and where there was none. */
  readonly previous: string | null;
}

export interface WaitOptions {
  readonly timeoutMs: number;
}

/**
 * Writes a step with its record in every partition, in one transaction, and waits until the scorers have passed it.
 * @param effectOf by the steps so far; throws RefusedError when nothing may take effect
 */
export async function takeEffect(
  desk: Desk,
  out: Output,
  { timeoutMs }: WaitOptions,
  effectOf: (steps: readonly RuleSetReleaseStep[], at: number) => Promise<Effect>,
): Promise<ExitCode> {
  await desk.refuseUnlessLive();
  const { kafka, registry } = desk;
  const before = await endsNow(kafka);
  let lastIdOf: ((partition: number) => string) | undefined;
  const written = await desk.releases.write(async (steps) => {
    const at = Date.now();
    const { ref, step, by, note, previous } = await effectOf(steps, at);
    const records = activationRecords(registry, ref, { at, retired: step === 'RETIRED' });
    lastIdOf = records.lastIdOf;
    const statement = { ...statementOf(ref, { step, by, at, note }), activationId: records.activationId, previous };
    return { statement, controls: records.of };
  });
  const name = `${written.ruleSetId}@${written.version}`;
  out.line(`${name} is ${written.step} in every partition by ${written.by}; before: ${written.previous ?? 'none'}`);
  const progress = out.progress('partitions assessed again');
  const cluster = { kafka, registry, group: desk.env.RISK_SCORER_GROUP_ID };
  const { passed, partitions } = await untilPassed(cluster, before, (partition) => lastIdOf?.(partition) ?? '', {
    timeoutMs,
    onProgress: (passing) => progress.show(passing.passed, passing.partitions),
  }).finally(() => progress.end());
  for (const [schemeId, ways] of await movedSince(kafka, registry, before)) {
    const total = [...ways.values()].reduce((sum, count) => sum + count, 0);
    out.line(`scheme ${schemeId}: ${total} classes moved`);
    for (const [way, count] of [...ways].sort()) out.line(`  ${way}  ${count}`);
  }
  if (passed === partitions) {
    out.line(`the scorers have assessed every enterprise of all ${partitions} partitions again`);
    return EXIT.done;
  }
  out.line(
    `it holds, but the group ${cluster.group} has passed it in ${passed} of ${partitions} partitions only after ${timeoutMs / 1_000} s: ` +
      'look whether the scorers run and have the file in their RISK_RULE_SETS_DIR; the rest follows by itself',
  );
  return EXIT.notPassed;
}
