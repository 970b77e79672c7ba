import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { keepTable, RuleSetError } from '#libs/risk-model';
import { readRuleSetFile, type RuleSetFile } from '#libs/rule-set-files';
import { pathIn, type Desk } from '../desk.ts';
import type { Output } from '../output.ts';
import { RefusedError } from '../refused.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { recordStep } from './record-step.ts';
import { ruleSetsInForce, withCandidate } from './rule-sets-in-force.ts';

export interface CheckOptions {
  readonly by?: string;
  readonly note: string;
}

/** `check`: every fault of a file, whether it fits what is in force, and what its activation will ask of the scorers. */
export async function check(desk: Desk, out: Output, name: string, options: CheckOptions): Promise<ExitCode> {
  const path = name.includes('/') || existsSync(name) ? name : pathIn(desk.env.RISK_RULE_SETS_DIR, name);
  const file = readDraft(path, out);
  if (file === undefined) return EXIT.refused;
  const standing = await desk.standing(await desk.releases.steps());
  const inForce = ruleSetsInForce(desk, standing);
  const { schemeId, identity, definition } = file.compiled;
  const { ruleSets } = withCandidate(inForce, file.compiled);
  out.line(`${identity} holds; SHA-256 ${file.sha256}`);
  out.line(`scheme ${schemeId}, in force there: ${standing.inForce.get(schemeId)?.ruleSet ?? 'none'}`);
  out.line(`order of assessment once it is activated: ${ruleSets.map((each) => each.identity).join(', ')}`);
  out.line(`may be activated ${periodText(definition.effective)}`);
  if (keepsLonger(desk, file)) {
    out.line(
      'it keeps facts longer than the other rule sets of the folder: restart the scorers before its activation; they rebuild ' +
        'their state from the log then. A scorer that meets it without stops, and rebuilds when it is started again',
    );
  }
  if (options.by === undefined) return EXIT.done;
  const by = desk.account(options.by);
  refuseOutsideFolder(desk, file);
  await recordStep(desk, { step: 'CHECKED', file, by, note: options.note });
  out.line(`CHECKED by ${by.name}`);
  return EXIT.done;
}

/** The file at a path; undefined when it has faults, which have been said. */
function readDraft(path: string, out: Output): RuleSetFile | undefined {
  if (!existsSync(path)) throw new RefusedError(`there is no file ${path}`);
  const name = basename(path);
  try {
    const file = readRuleSetFile(path, name);
    const expected = `${file.compiled.identity}.yaml`;
    if (expected === name) return file;
    out.line(`(file name): ${name} holds ${file.compiled.identity}; name it ${expected}`);
  } catch (error) {
    const { cause } = error as Error;
    if (cause instanceof RuleSetError) for (const fault of cause.faults) out.line(`${fault.path}: ${fault.message}`);
    else out.line((error as Error).message);
  }
  return undefined;
}

/** A step is about the file that would be activated: the one in the folder. */
function refuseOutsideFolder(desk: Desk, file: RuleSetFile): void {
  if (desk.file(file.compiled.identity).sha256 !== file.sha256)
    throw new RefusedError(
      `the file of ${file.compiled.identity} in ${desk.env.RISK_RULE_SETS_DIR} is another; copy this one there`,
    );
}

function keepsLonger(desk: Desk, file: RuleSetFile): boolean {
  const others = desk.files().filter(({ compiled }) => compiled.identity !== file.compiled.identity);
  const before = others.map(({ compiled }) => compiled);
  return keepTable(before) !== keepTable([...before, file.compiled]);
}

function periodText({ from, to }: { readonly from: number | null; readonly to: number | null }): string {
  const day = (ms: number): string => new Date(ms).toISOString();
  if (from === null && to === null) return 'at any time';
  return [from === null ? '' : `from ${day(from)}`, to === null ? '' : `before ${day(to)}`].filter(Boolean).join(', ');
}
