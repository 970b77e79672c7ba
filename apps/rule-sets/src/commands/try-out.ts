import { parseDay } from '#libs/risk-model';
import { refOf, type Desk } from '../desk.ts';
import { dryRun } from '../dry-run/dry-run.ts';
import { moversFile } from '../dry-run/movers-file.ts';
import { reportText } from '../dry-run/report-text.ts';
import { storedPopulation } from '../dry-run/stored-population.ts';
import type { Output } from '../output.ts';
import { RefusedError } from '../refused.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { recordStep, refuseUnlessAccepted, type StepRequest } from './record-step.ts';
import { ruleSetsInForce, together, withCandidate } from './rule-sets-in-force.ts';

export interface TryOutOptions {
  readonly asOf?: string;
  readonly out?: string;
  readonly by?: string;
  readonly note: string;
}

/** Movers that the report names, here and in the step. */
const NAMED_MOVERS = 20;

/** `dry-run`: the whole population by the rule sets in force and with this one, compared; the report is attached with --by. */
export async function tryOut(desk: Desk, out: Output, name: string, options: TryOutOptions): Promise<ExitCode> {
  const file = desk.file(name);
  const { identity: ruleSet, schemeId } = file.compiled;
  const steps = await desk.releases.steps();
  const standing = await desk.standing(steps);
  const request: StepRequest | undefined =
    options.by === undefined ? undefined : { step: 'DRY_RUN', file, by: desk.account(options.by), note: options.note };
  // A refusal is better heard before the long work than after it.
  if (request !== undefined) await refuseUnlessAccepted(desk, request, steps, Date.now());
  const population = storedPopulation(desk.warehouse);
  const knownAt = await population.latestKnown();
  if (knownAt === undefined) throw new RefusedError('the warehouse holds no fact; is it running, has the log begun?');
  const inForce = ruleSetsInForce(desk, standing);
  const run = {
    candidate: { ruleSet, sha256: file.sha256, schemeId },
    before: together(inForce),
    after: withCandidate(inForce, file.compiled),
    asOf: options.asOf === undefined ? Date.now() : momentOf(options.asOf),
    ...{ knownAt, keep: NAMED_MOVERS },
  };
  const movers = options.out === undefined ? undefined : moversFile(options.out);
  const progress = out.progress(`dry run of ${ruleSet}`);
  const report = await dryRun(run, population, {
    onProgress: (done, of) => progress.show(done, of),
    onMover: (scheme, mover) => movers?.add(scheme, mover),
  }).finally(() => progress.end());
  movers?.end(report);
  out.line(reportText(report));
  if (options.out !== undefined) out.line(`report and every mover: ${options.out}`);
  if (request === undefined) return EXIT.done;
  await recordStep(desk, request, JSON.stringify(report));
  out.line(`DRY_RUN of ${refOf(file).sha256} attached by ${request.by.name}`);
  return EXIT.done;
}

/** The first moment of a day in Shanghai. */
function momentOf(day: string): number {
  const moment = parseDay(day);
  if (moment === null) throw new RefusedError(`--as-of ${day} is no day; expected yyyy-MM-dd`);
  return moment;
}
