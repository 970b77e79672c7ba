import type { RuleSetReleaseStep } from '#libs/contracts';
import { decide, type Situation, type Wanted } from './decide.ts';
import {
  ACTIVATED,
  ADMINISTRATOR,
  APPROVED,
  APPROVER,
  AT,
  chainOf,
  CHECKED,
  DRY_RUN,
  FILE,
  PROPOSED,
  SITUATION,
  wanted,
} from './steps.fixture.ts';

function why(want: Wanted, steps: readonly RuleSetReleaseStep[], situation: Situation = SITUATION): string | undefined {
  const verdict = decide(want, steps, situation);
  return verdict.kind === 'refused' ? verdict.why : undefined;
}

describe('the steps of a release', () => {
  it('are accepted in their order', () => {
    const way = [CHECKED, DRY_RUN, PROPOSED, APPROVED];
    const next = ['CHECKED', 'DRY_RUN', 'PROPOSED', 'APPROVED', 'ACTIVATED'] as const;
    next.forEach((step, taken) => expect(why(wanted(step), chainOf(...way.slice(0, taken)))).toBeUndefined());
  });

  it.each([
    ['DRY_RUN', [], 'check general@2.0.0'],
    ['PROPOSED', [CHECKED], 'dry-run general@2.0.0'],
    ['APPROVED', [CHECKED, DRY_RUN], 'propose general@2.0.0'],
    ['ACTIVATED', [CHECKED, DRY_RUN, PROPOSED], 'approve general@2.0.0'],
    ['REJECTED', [CHECKED, DRY_RUN], 'propose general@2.0.0'],
  ] as const)('refuse %s before its turn and say which command comes first', (step, taken, command) => {
    expect(why(wanted(step), chainOf(...taken))).toContain(command);
  });

  it('are taken by the role that has them', () => {
    const steps = chainOf(CHECKED, DRY_RUN, PROPOSED);
    expect(why(wanted('APPROVED', { by: ADMINISTRATOR }), steps)).toContain('role approver');
    expect(why(wanted('ACTIVATED', { by: APPROVER }), chainOf(CHECKED))).toContain('role model-administrator');
  });

  it('refuse an approval by whoever checked, tried or proposed, also with another role since', () => {
    const approver = { ...APPROVER, name: ADMINISTRATOR.name };
    expect(why(wanted('APPROVED', { by: approver }), chainOf(CHECKED, DRY_RUN, PROPOSED))).toContain('another person');
    const tried = { ...DRY_RUN, by: APPROVER.name };
    expect(why(wanted('APPROVED'), chainOf(CHECKED, tried, PROPOSED))).toContain('did DRY_RUN');
  });

  it('count for the bytes that they were taken over: an edited file begins again', () => {
    const edited = { ...FILE, sha256: 'c'.repeat(64) };
    const refusal = why(wanted('ACTIVATED', { file: edited }), chainOf(CHECKED, DRY_RUN, PROPOSED, APPROVED));
    expect(refusal).toContain('was edited after APPROVED by wang');
    expect(why(wanted('CHECKED', { file: edited }), chainOf(CHECKED, DRY_RUN, PROPOSED, APPROVED))).toBeUndefined();
  });

  it('never go on for a released file that was edited', () => {
    const activated = new Map([['general@2.0.0', 'd'.repeat(64)]]);
    expect(why(wanted('CHECKED'), [], { ...SITUATION, activated })).toContain('a released rule set is never edited');
  });

  it('rest on a dry run against what is in force now', () => {
    const inForce = new Map([['general', 'general@1.1.0']]);
    const refusal = why(wanted('ACTIVATED'), chainOf(CHECKED, DRY_RUN, PROPOSED, APPROVED), { ...SITUATION, inForce });
    expect(refusal).toContain('run dry-run again');
  });

  it('are taken back by a new dry run, because the approver saw the old report', () => {
    expect(why(wanted('ACTIVATED'), chainOf(CHECKED, DRY_RUN, PROPOSED, APPROVED, DRY_RUN))).toContain('DRY_RUN');
  });

  it('lead to an activation within the effective period only', () => {
    const steps = chainOf(CHECKED, DRY_RUN, PROPOSED, APPROVED);
    const from = (from: number | null, to: number | null): Situation => ({ ...SITUATION, effective: { from, to } });
    expect(why(wanted('ACTIVATED'), steps, from(AT, AT + 1))).toBeUndefined();
    expect(why(wanted('ACTIVATED'), steps, from(AT + 1, null))).toContain('may be activated from');
    expect(why(wanted('ACTIVATED'), steps, from(null, AT))).toContain('could be activated before');
  });

  it('say that a rule set in force is in force', () => {
    const inForce = new Map([['general', 'general@2.0.0']]);
    expect(why(wanted('ACTIVATED'), chainOf(), { ...SITUATION, inForce })).toContain('in force already');
  });

  it('begin again after an activation', () => {
    expect(why(wanted('PROPOSED'), chainOf(CHECKED, DRY_RUN, PROPOSED, APPROVED, ACTIVATED))).toContain(
      'check general@2.0.0',
    );
  });

  it('let a rejected one be proposed again, and want a reason of who rejects', () => {
    const rejected = { step: 'REJECTED', by: APPROVER.name } as const;
    expect(why(wanted('PROPOSED'), chainOf(CHECKED, DRY_RUN, PROPOSED, rejected))).toBeUndefined();
    expect(why(wanted('REJECTED', { note: '' }), chainOf(CHECKED, DRY_RUN, PROPOSED))).toContain('--note');
    expect(why(wanted('ACTIVATED'), chainOf(CHECKED, DRY_RUN, PROPOSED, APPROVED, rejected))).toContain('REJECTED');
  });
});
