import { CODE_LISTS } from '#libs/contracts';

/** What a step says beside its day: the decision's number, and whatever the word takes. */
export type Said = Readonly<Record<string, unknown>>;

/** An event in the JSON form that intake takes and `normaliseEvent` reads. */
export type EventJson = Readonly<Record<string, unknown>>;

interface Word {
  readonly type: string;
  readonly factType: string;
  readonly codeSystem?: (said: Said) => string;
  readonly content: (said: Said, on: string) => Said;
}

/** Money as the supervisors write it: 5万元, 300元. */
function fen(said: unknown): number {
  if (said === undefined) return 0;
  const match = typeof said === 'string' ? /^([\d.]+)(万元|元)$/.exec(said) : null;
  if (match === null) throw new Error(`${JSON.stringify(said)} is no amount; write 5万元 or 300元`);
  return Math.round(Number(match[1]) * (match[2] === '万元' ? 1_000_000 : 100));
}

/** Codes by their Chinese name, or as they are. */
function coded(list: string, said: unknown): string {
  const names = CODE_LISTS[list] ?? {};
  const found = Object.keys(names).find((code) => code === said || names[code] === said);
  if (found === undefined) throw new Error(`${String(said)} is not in the list ${list}`);
  return found;
}

function listOf(said: unknown): unknown[] {
  return Array.isArray(said) ? said : [said];
}

function some(entries: Said): Said {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** A person as the contract has one: a key, never a name. The scenario's own way to make it is no keyed hash. */
function keyOfPerson(said: unknown): string | undefined {
  return said === undefined
    ? undefined
    : Buffer.from(`person:${said as string}`)
        .toString('hex')
        .padEnd(32, '0');
}

function inspection({ codes }: Said): Said {
  return { drawKind: 'DOUBLE_RANDOM', items: [], codes: listOf(codes).map(String) };
}

const ENTERPRISE = { town: '442000118', industry: 'I6510', entityKind: 'ENTERPRISE', status: 'ACTIVE' };

function recorded(factType: string, content: (said: Said) => Said = () => ({})): Word {
  return { type: 'FactRecorded', factType, content };
}

/** A value computed over many enterprises, from its day on until a last day. */
function derived(factType: string): Word {
  return {
    type: 'DerivedFactRecorded',
    factType,
    content: ({ value, until }, on) => some({ value, validFrom: on, validUntil: until }),
  };
}

/** Words for what happens; each makes the content of one fact. */
export const WORDS: Readonly<Record<string, Word>> = {
  registered: {
    type: 'EnterpriseRegistered',
    factType: 'enterprise.registration',
    content: ({ no: _, representative, ...said }, on) =>
      some({
        name: '演示企业',
        registeredAt: on,
        ...ENTERPRISE,
        ...said,
        legalRepresentativeKey: keyOfPerson(representative),
      }),
  },
  changed: {
    type: 'EnterpriseChanged',
    factType: 'enterprise.change',
    content: ({ no: _, kind, capital, capitalBefore, representative, address, ...after }) => ({
      changeKind: kind === undefined ? (address === undefined ? 'OTHER' : 'ADDRESS') : coded('change-kind', kind),
      ...(capitalBefore === undefined ? {} : { before: { capitalFen: fen(capitalBefore) } }),
      after: some({
        ...after,
        address,
        capitalFen: capital === undefined ? undefined : fen(capital),
        legalRepresentativeKey: keyOfPerson(representative),
      }),
    }),
  },
  linked: {
    type: 'EnterpriseLinked',
    factType: 'enterprise.link',
    content: ({ kind, effective, successor }, on) => ({
      to: successor,
      kind: coded('link-kind', kind),
      effectiveAt: effective ?? on,
    }),
  },
  deregistered: {
    type: 'EnterpriseDeregistered',
    factType: 'enterprise.deregistration',
    content: ({ status = 'DEREGISTERED' }) => ({ status }),
  },
  penalty: {
    type: 'PenaltyDecided',
    factType: 'penalty.decision',
    content: ({ no, violation = '发布虚假广告', kinds = ['FINE'], procedure = 'ORDINARY', ...said }) =>
      some({
        decisionNo: no,
        violationType: violation,
        penaltyKinds: listOf(kinds).map((kind) => coded('penalty-kind', kind)),
        procedure: coded('penalty-procedure', procedure),
        fineFen: fen(said['fine']),
        confiscatedFen: fen(said['confiscated']),
        publicityEnd: said['publicityEnd'],
      }),
  },
  listed: {
    type: 'AbnormalListed',
    factType: 'abnormal.listing',
    codeSystem: () => 'gsxt-abnormal-reason',
    content: ({ reason }) => ({ reasonCode: String(reason) }),
  },
  inspected: {
    type: 'InspectionCompleted',
    factType: 'inspection.result',
    codeSystem: ({ system = 'gsxt-inspection-v2' }) => String(system),
    content: inspection,
  },
  licensed: {
    type: 'LicenceGranted',
    factType: 'licence.grant',
    content: ({ no, licence, from, to }, on) =>
      some({ licenceType: coded('licence-type', licence), licenceNo: no, validFrom: from ?? on, validTo: to }),
  },
  reportVerified: { type: 'ReportVerified', factType: 'report.verified', content: () => ({}) },
  judgmentDefaulter: {
    type: 'JudgmentDefaulterListed',
    factType: 'court.defaulter-listing',
    content: ({ person }) => some({ court: '演示人民法院', personKey: keyOfPerson(person) }),
  },
  seriousViolation: {
    type: 'SeriousViolationListed',
    factType: 'serious-violation.listing',
    codeSystem: () => 'samr-serious-violation',
    content: () => ({ reasonCode: 'FOOD' }),
  },
  ordered: recorded('order.stop-production', ({ kind = 'STOP_PRODUCTION', until }) => some({ kind, until })),
  licenceRevoked: recorded('licence.revocation', () => ({ licenceType: 'BUSINESS' })),
  registrationCancelled: recorded('registration.cancellation'),
  accident: recorded('accident.responsibility', ({ field, grade }) => ({
    field: coded('accident-field', field),
    grade: coded('accident-grade', grade),
  })),
  transferredToPolice: recorded('crime.transfer'),
  convicted: recorded('crime.conviction'),
  nationalList: recorded('national.serious-listing', () => ({ list: 'MAJOR_TAX_VIOLATION' })),
  fakeRegistrationInquiry: recorded('registration.fraud-inquiry'),
  reportMissed: recorded('annual-report.missed', ({ year }) => ({ year })),
  reportFiled: {
    type: 'AnnualReportFiled',
    factType: 'annual-report.filing',
    content: ({ year, revenue, staff }) =>
      some({ year, revenueFen: revenue === undefined ? undefined : fen(revenue), insuredStaff: staff }),
  },
  insured: recorded('social-insurance.snapshot', ({ staff, quarter }) => ({
    insuredStaff: staff,
    quarterEnd: quarter,
  })),
  taxArrears: recorded('tax.arrears'),
  abnormalTaxpayer: recorded('tax.abnormal-taxpayer'),
  insolvency: recorded('insolvency.proceeding', ({ kind }) => ({ kind: coded('insolvency-kind', kind) })),
  productFailed: recorded('product-check.failed', ({ serious }) => some({ serious })),
  foodFailed: recorded('food-check.failed', ({ field }) => some({ field })),
  recallOrdered: recorded('recall.ordered'),
  equipmentOverdue: recorded('equipment.overdue'),
  equipmentHazard: recorded('equipment.hazard'),
  representativeListed: recorded('court.representative-defaulter', ({ person, kind = '失信被执行人' }) =>
    some({ personKey: keyOfPerson(person), kind: coded('representative-restriction', kind) }),
  ),
  equityFrozen: recorded('court.equity-freeze', ({ until }) => some({ until })),
  enforcementTerminated: recorded('court.enforcement-terminated'),
  pressVerified: recorded('opinion.verified'),
  honoured: recorded('honour.grant', ({ kind, to }) => some({ kind: coded('honour-kind', kind), validTo: to })),
  complaint: { type: 'ComplaintAccepted', factType: 'complaint.accepted', content: () => ({}) },
  massComplaint: recorded('complaint.mass-confirmed'),
  neighbours: derived('derived.address-density'),
  firmsOfRepresentative: derived('derived.person-firms'),
  peerComplaints: derived('derived.peer-complaints'),
  surge: derived('derived.complaint-surge'),
  representativeFirmsD: derived('derived.representative-firms-d'),
  shareholderD: derived('derived.shareholder-d'),
  branchesD: derived('derived.branches-d'),
  overridden: {
    type: 'OverrideSet',
    factType: 'override.class',
    content: ({ scheme = 'general', to, approved, until }, on) => ({
      schemeId: scheme,
      riskClass: to,
      reason: '现场核查情况与得分不符',
      proposedBy: 'a.li',
      approvedBy: 'b.wang',
      approvedAt: approved ?? on,
      validFrom: on,
      validUntil: until,
    }),
  },
};

/** Words for what becomes of a fact: [register, value]. */
export const STATUS_WORDS: Readonly<Record<string, readonly [register: string, value: string]>> = {
  removed: ['STANDING', 'REMOVED'],
  retracted: ['STANDING', 'RETRACTED'],
  reinstated: ['STANDING', 'REINSTATED'],
  repaired: ['PUBLICITY', 'REPAIRED'],
  publicityEnds: ['PUBLICITY', 'END'],
  overdue: ['PERFORMANCE', 'OVERDUE'],
  performed: ['PERFORMANCE', 'PERFORMED'],
  lifted: ['PERFORMANCE', 'LIFTED'],
  objected: ['DISPUTE', 'FILED'],
  decided: ['DISPUTE', 'DECIDED'],
};
