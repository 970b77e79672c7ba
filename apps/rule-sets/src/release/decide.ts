import type { RuleSetReleaseStep } from '#libs/contracts';
import type { Account, Role } from './accounts.ts';
import { identityOf, releaseOf, type Release, type RuleSetRef } from './release.ts';

/** The steps that the release of a file takes in order; retiring and going back are decided in way-back.ts. */
export type WantedStep = 'CHECKED' | 'DRY_RUN' | 'PROPOSED' | 'APPROVED' | 'REJECTED' | 'ACTIVATED';

export interface Wanted {
  readonly step: WantedStep;
  readonly file: RuleSetRef;
  readonly by: Account;
  readonly note: string;
  readonly at: number;
}

/** What holds outside of the release at this moment. */
export interface Situation {
  /** `id@version` by scheme. */
  readonly inForce: ReadonlyMap<string, string>;
  /** SHA-256 of every rule set that was ever activated, by `id@version`. */
  readonly activated: ReadonlyMap<string, string>;
  /** When the file says that it may be activated; half-open, null = no limit. */
  readonly effective: { readonly from: number | null; readonly to: number | null };
}

export type Verdict =
  | { readonly kind: 'accepted' }
  /** `why` says what to do. */
  | { readonly kind: 'refused'; readonly why: string };

const ROLE_OF: Readonly<Record<WantedStep, Role>> = {
  CHECKED: 'model-administrator',
  DRY_RUN: 'model-administrator',
  PROPOSED: 'model-administrator',
  APPROVED: 'approver',
  REJECTED: 'approver',
  ACTIVATED: 'model-administrator',
};

/** Whether a step may follow the steps so far. Pure: the same steps, wish and situation give the same verdict. */
export function decide(wanted: Wanted, steps: readonly RuleSetReleaseStep[], situation: Situation): Verdict {
  const release = releaseOf(steps, wanted.file);
  const why =
    wrongRole(wanted) ?? changedAfterRelease(wanted.file, situation) ?? RULES[wanted.step](wanted, release, situation);
  return why === undefined ? { kind: 'accepted' } : { kind: 'refused', why };
}

type Objection = string | undefined;
type Rule = (wanted: Wanted, release: Release, situation: Situation) => Objection;

function wrongRole({ step, by }: Wanted): Objection {
  const role = ROLE_OF[step];
  return by.role === role ? undefined : `${by.name} is ${by.role}; ${step} is for an account with the role ${role}`;
}

function changedAfterRelease(file: RuleSetRef, { activated }: Situation): Objection {
  const released = activated.get(identityOf(file));
  if (released === undefined || released === file.sha256) return undefined;
  return (
    `${identityOf(file)} was activated with SHA-256 ${released}, the file has ${file.sha256}: ` +
    'a released rule set is never edited; put its file back and give the change a version of its own'
  );
}

const RULES: Readonly<Record<WantedStep, Rule>> = {
  CHECKED: () => undefined,
  DRY_RUN: ({ file }, release) => missing(release.checked, file, release),
  PROPOSED(wanted, release, situation) {
    const { file } = wanted;
    const { proposed, approved } = release;
    if (approved !== null) return `${identityOf(file)} is approved already, by ${approved.by}; activate it`;
    if (proposed !== null)
      return `${identityOf(file)} is proposed already, by ${proposed.by}; it waits for an approver`;
    return triedOut(file, release, situation);
  },
  APPROVED(wanted, release, situation) {
    const { file, by } = wanted;
    if (release.approved !== null) return `${identityOf(file)} is approved already, by ${release.approved.by}`;
    return missing(release.proposed, file, release) ?? triedOut(file, release, situation) ?? tookPart(by, release);
  },
  REJECTED({ file, note }, release) {
    if (note === '') return 'say why with --note: the proposer has to know what to change';
    return missing(release.approved ?? release.proposed, file, release);
  },
  ACTIVATED(wanted, release, situation) {
    const { file } = wanted;
    if (situation.inForce.get(file.schemeId) === identityOf(file))
      return `${identityOf(file)} is in force already in the scheme ${file.schemeId}`;
    return (
      missing(release.approved, file, release) ?? triedOut(file, release, situation) ?? outsidePeriod(wanted, situation)
    );
  },
};

const COMMANDS = [
  ['checked', 'check'],
  ['dryRun', 'dry-run'],
  ['proposed', 'propose'],
  ['approved', 'approve'],
] as const;

/** Objects when a step is missing, with the command that comes first: an earlier step may be missing too. */
function missing(step: RuleSetReleaseStep | null, file: RuleSetRef, release: Release): Objection {
  if (step !== null) return undefined;
  const edited = release.otherBytes;
  if (edited !== null && release.state === 'DRAFT') {
    return (
      `${identityOf(file)} was edited after ${edited.step} by ${edited.by}: that was SHA-256 ${edited.sha256}, the file has ` +
      `${file.sha256}; begin again with: check, dry-run, propose, approve`
    );
  }
  const command = COMMANDS.find(([name]) => release[name] === null)?.[1] ?? 'check';
  return `${identityOf(file)} is ${release.state}; first: npm run rule-sets -- ${command} ${identityOf(file)}`;
}

/** Checked and tried, against what is in force still. */
function triedOut(file: RuleSetRef, release: Release, { inForce }: Situation): Objection {
  const lacking = missing(release.checked, file, release) ?? missing(release.dryRun, file, release);
  if (lacking !== undefined) return lacking;
  const tried = replacedIn(release.dryRun);
  const now = inForce.get(file.schemeId) ?? null;
  if (tried === now) return undefined;
  return (
    `the dry run compared ${identityOf(file)} with ${tried ?? 'no rule set'}, but ${now ?? 'none'} is in force in the scheme ` +
    `${file.schemeId} now: run dry-run again, propose and approve what it shows`
  );
}

/** The rule set that the report of a dry run compared with; null = the scheme was not rated. */
function replacedIn(step: RuleSetReleaseStep | null): string | null {
  const report = JSON.parse(step?.dryRun ?? '{}') as { readonly replaces?: string | null };
  return report.replaces ?? null;
}

/** Four eyes: whoever checked, tried or proposed does not approve. */
function tookPart(by: Account, { checked, dryRun, proposed }: Release): Objection {
  const own = [proposed, dryRun, checked].find((step) => step?.by === by.name) ?? null;
  if (own === null) return undefined;
  return `${by.name} did ${own.step} of this release; another person has to approve it`;
}

function outsidePeriod({ file, at }: Wanted, { effective: { from, to } }: Situation): Objection {
  const day = (ms: number): string => new Date(ms).toISOString();
  if (from !== null && at < from) return `${identityOf(file)} may be activated from ${day(from)} on; it is ${day(at)}`;
  if (to !== null && at >= to)
    return `${identityOf(file)} could be activated before ${day(to)}; it is ${day(at)}: release a version with another effective period`;
  return undefined;
}
