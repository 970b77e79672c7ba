import {
  chainReleaseStep,
  normaliseEvent,
  type ClassChanged,
  type EnterpriseEvent,
  type PositionUpdated,
  type RuleSetActivated,
  type RuleSetReleaseStep,
  type SchemeResult,
  type WarningRaised,
} from '#libs/contracts';

/** Made-up records with fixed values, for the tests of this app and of the tables. */
export const SUBJECT = { scheme: 'uscc', value: '91442000MA5123452K' };
const AT = Date.UTC(2026, 0, 10);

const stated = (type: string, number: string, rest: object): object => ({
  type,
  source: 'zs-test',
  authority: '中山市市场监督管理局',
  number,
  subject: SUBJECT,
  occurredAt: '2026-01-10',
  synthetic: true,
  ...rest,
});

function event(json: object): EnterpriseEvent {
  const result = normaliseEvent(json, { receivedAt: Date.UTC(2026, 1, 2), correlationId: 'test' });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.event;
}

export const REGISTERED = event(
  stated('EnterpriseRegistered', 'R-1', {
    occurredAt: '2019-03-04',
    content: {
      name: '中山市测试有限公司',
      registeredAt: '2019-03-04',
      town: '442000104',
      industry: 'H6210',
      status: 'ACTIVE',
    },
  }),
);

export const RENAMED = event(
  stated('EnterpriseChanged', 'C-1', {
    content: { changeKind: 'NAME', before: {}, after: { name: '中山市新名有限公司' } },
  }),
);

export const PENALTY = event(
  stated('PenaltyDecided', '中市监罚〔2026〕1号', {
    caseNumber: '中市监案〔2026〕7号',
    content: {
      violationType: '虚假宣传',
      penaltyKinds: ['FINE'],
      procedure: 'ORDINARY',
      fineFen: 5_000_000,
      publicityEnd: '2027-01-09',
      summary: '罚款',
    },
  }),
);

/** 移出: the penalty's standing ends on 2026-02-01. */
export const PENALTY_REMOVED = event(
  stated('FactStatusChanged', '中市监罚〔2026〕1号', {
    factType: 'penalty.decision',
    register: 'STANDING',
    occurredAt: '2026-02-01',
    revision: { kind: 'SOURCE_NUMBER', value: 2 },
    content: { value: 'REMOVED', effectiveAt: '2026-02-01', reason: '履行完毕' },
  }),
);

export const ACTIVATED: RuleSetActivated = {
  type: 'RuleSetActivated',
  recordId: 'a'.repeat(32),
  at: AT,
  ruleSetId: 'zhongshan-general',
  version: '1.0.0',
  sha256: 'b'.repeat(64),
  activationId: 'activation-1',
  retired: false,
};

export function schemeResult(overrides: Partial<SchemeResult> = {}): SchemeResult {
  return {
    schemeId: 'general',
    score: 120_500,
    riskClass: 'B',
    groups: { penalties: 100_000, base: 20_500 },
    ruleSet: 'zhongshan-general@1.0.0',
    computedClass: null,
    overrideFactId: null,
    ...overrides,
  };
}

export function position(overrides: Partial<PositionUpdated> = {}): PositionUpdated {
  return {
    subject: SUBJECT,
    schemes: [schemeResult()],
    ruleSet: 'zhongshan-general@1.0.0',
    evidenceLevel: 'FULL',
    town: '442000104',
    industry: 'H6210',
    registeredAt: Date.UTC(2019, 2, 3, 16),
    status: 'ACTIVE',
    asOf: AT,
    nextReviewAt: AT + 86_400_000,
    sequence: { offset: 7, ordinal: 1 },
    synthetic: true,
    ...overrides,
  };
}

export function classChange(overrides: Partial<ClassChanged> = {}): ClassChanged {
  return {
    changeId: 'c'.repeat(32),
    subject: SUBJECT,
    schemeId: 'general',
    from: 'A',
    to: 'B',
    direction: 'WORSENED',
    scoreBefore: 20_500,
    scoreAfter: 120_500,
    reasons: [
      { indicator: 'R01', factIds: [PENALTY.envelope.factId], points: 100_000, kind: 'INDICATOR' },
      { indicator: 'B01', factIds: [], points: 20_500, kind: 'INDICATOR' },
    ],
    ruleSet: 'zhongshan-general@1.0.0',
    cause: 'EVENT',
    causeRecordId: PENALTY.envelope.recordId,
    effectiveAt: AT,
    input: { topic: 'enterprise.events.v1', partition: 3, offset: 7 },
    sequence: { offset: 7, ordinal: 0 },
    town: '442000104',
    industry: 'H6210',
    synthetic: true,
    correlationId: 'test',
    computedClass: null,
    overrideFactId: null,
    ...overrides,
  };
}

export const WARNING: WarningRaised = {
  warningId: 'd'.repeat(32),
  subject: SUBJECT,
  level: 'ORANGE',
  rule: 'W01',
  text: '测试预警',
  schemeId: 'general',
  occurredAt: AT,
  causeRecordId: null,
  ruleSet: 'zhongshan-general@1.0.0',
  sequence: { offset: 7, ordinal: 2 },
  synthetic: true,
};

const CHECKED = chainReleaseStep(
  {
    ruleSetId: 'zhongshan-general',
    version: '1.0.0',
    schemeId: 'general',
    sha256: ACTIVATED.sha256,
    step: 'CHECKED',
    by: 'a.li',
    at: AT,
    note: '',
    activationId: null,
    previous: null,
    dryRun: null,
  },
  undefined,
);

/** The release of the activated rule set, as far as its dry run. */
export const RELEASE_STEPS: readonly RuleSetReleaseStep[] = [
  CHECKED,
  chainReleaseStep({ ...CHECKED, step: 'DRY_RUN', at: AT + 1, dryRun: '{"classes":{"A":1}}' }, CHECKED),
];
