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

function inspection({ codes }: Said): Said {
  return { drawKind: 'DOUBLE_RANDOM', items: [], codes: listOf(codes).map(String) };
}

const ENTERPRISE = { town: '442000118', industry: 'I6510', entityKind: 'ENTERPRISE', status: 'ACTIVE' };

function recorded(factType: string, content: (said: Said) => Said = () => ({})): Word {
  return { type: 'FactRecorded', factType, content };
}

/** Words for what happens; each makes the content of one fact. */
export const WORDS: Readonly<Record<string, Word>> = {
  registered: {
    type: 'EnterpriseRegistered',
    factType: 'enterprise.registration',
    content: ({ no: _, ...said }, on) => ({ name: '演示企业', registeredAt: on, ...ENTERPRISE, ...said }),
  },
  changed: {
    type: 'EnterpriseChanged',
    factType: 'enterprise.change',
    content: ({ no: _, address, ...after }) => ({
      changeKind: address === undefined ? 'OTHER' : 'ADDRESS',
      after: some({ ...after, address }),
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
    content: () => ({ court: '演示人民法院' }),
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
  objected: ['DISPUTE', 'FILED'],
  decided: ['DISPUTE', 'DECIDED'],
};
