import type { ReleaseStepKind, RuleSetReleaseStep } from '#libs/contracts';

/** A rule-set file as the release speaks of it. */
export interface RuleSetRef {
  readonly id: string;
  readonly version: string;
  readonly schemeId: string;
  /** Of the bytes of the file in the folder now. */
  readonly sha256: string;
}

export type ReleaseState = 'DRAFT' | ReleaseStepKind;

/** How far the release of one file has come: the steps that still count, all of them over these very bytes. */
export interface Release {
  readonly state: ReleaseState;
  readonly checked: RuleSetReleaseStep | null;
  readonly dryRun: RuleSetReleaseStep | null;
  readonly proposed: RuleSetReleaseStep | null;
  readonly approved: RuleSetReleaseStep | null;
  /** The last step of this id and version over other bytes: the file was edited after it. */
  readonly otherBytes: RuleSetReleaseStep | null;
}

const DRAFT: Release = {
  state: 'DRAFT',
  checked: null,
  dryRun: null,
  proposed: null,
  approved: null,
  otherBytes: null,
};

export function identityOf({ id, version }: Pick<RuleSetRef, 'id' | 'version'>): string {
  return `${id}@${version}`;
}

export function identityOfStep({ ruleSetId, version }: RuleSetReleaseStep): string {
  return `${ruleSetId}@${version}`;
}

/**
 * The release of a file by the steps of the topic, in their order; those of other rule sets are passed over. An activation or
 * retirement ends it: what was activated once and shall be again is checked, tried and approved again. A new dry run takes the
 * proposal and the approval back, because they rest on the report that they saw.
 */
export function releaseOf(steps: readonly RuleSetReleaseStep[], file: RuleSetRef): Release {
  return steps.filter((step) => identityOfStep(step) === identityOf(file)).reduce(after(file), DRAFT);
}

const after =
  (file: RuleSetRef) =>
  (release: Release, step: RuleSetReleaseStep): Release => {
    if (step.sha256 !== file.sha256) return { ...release, otherBytes: step };
    switch (step.step) {
      case 'CHECKED':
        return { ...release, checked: step, state: release.dryRun === null ? 'CHECKED' : release.state };
      case 'DRY_RUN':
        return { ...release, dryRun: step, proposed: null, approved: null, state: 'DRY_RUN' };
      case 'PROPOSED':
        return { ...release, proposed: step, approved: null, state: 'PROPOSED' };
      case 'APPROVED':
        return { ...release, approved: step, state: 'APPROVED' };
      case 'REJECTED':
        return { ...release, proposed: null, approved: null, state: 'REJECTED' };
      case 'ACTIVATED':
      case 'RETIRED':
        return { ...DRAFT, otherBytes: release.otherBytes, state: step.step };
    }
  };
