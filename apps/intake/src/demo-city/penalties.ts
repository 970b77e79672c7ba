import { AUTHORITIES } from './codes.ts';
import { addMonths, addWorkingDays, dateText, yearOf, type Day } from './calendar.ts';
import { occurrences, type Enterprise, type Window } from './enterprises.ts';
import type { Random } from './random.ts';
import { RATES } from './rates.ts';
import type { Fact, Recorder } from './recorder.ts';

type Severity = 'MINOR' | 'GENERAL' | 'SERIOUS';

/** Violation types (违法行为类型) and who punishes them. */
const VIOLATIONS = [
  { type: '发布虚假广告', authority: AUTHORITIES.market, weight: 14 },
  { type: '未明码标价', authority: AUTHORITIES.market, weight: 12 },
  { type: '经营不合格食品', authority: AUTHORITIES.market, weight: 16 },
  { type: '未取得许可从事食品经营', authority: AUTHORITIES.market, weight: 8 },
  { type: '生产不符合标准的产品', authority: AUTHORITIES.market, weight: 9 },
  { type: '侵犯注册商标专用权', authority: AUTHORITIES.market, weight: 7 },
  { type: '使用未经检验的特种设备', authority: AUTHORITIES.market, weight: 6 },
  { type: '提交虚假材料取得登记', authority: AUTHORITIES.market, weight: 2 },
  { type: '超标排放污染物', authority: AUTHORITIES.ecology, weight: 7 },
  { type: '消防设施不符合标准', authority: AUTHORITIES.fire, weight: 10 },
  { type: '未按规定开展安全生产教育培训', authority: AUTHORITIES.safety, weight: 9 },
] as const;

/** Months for which a penalty is published: 3, 12 and 36 at most. */
const PUBLICITY_MONTHS: Readonly<Record<Severity, number>> = { MINOR: 3, GENERAL: 12, SERIOUS: 36 };

/** Administrative penalties (行政处罚), their performance, repair, objections and revocations. */
export function penalties(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('penalties');
  const from = Math.max(enterprise.registered + 30, addMonths(window.start, -36));
  const rate = RATES.penalty * enterprise.proneness;
  occurrences(random, rate, from, enterprise.deregistered ?? window.today).forEach((day, index) => {
    const severity = severityOf(random);
    const penalty = decide(enterprise, random, { severity, day, index });
    if (addMonths(day, PUBLICITY_MONTHS[severity]) <= window.start) return;
    if (random.chance(0.15))
      verifiedReport(recorder, penalty.fact, { day: day - random.whole(20, 60), type: penalty.content.violationType });
    recorder.fact(penalty.fact, 'PENALTY', day, penalty.content);
    aftermath(recorder, random, { fact: penalty.fact, severity, day, fined: penalty.content.fineFen > 0 });
  });
}

function severityOf(random: Random): Severity {
  const draw = random.next();
  if (draw < RATES.seriousPenalty) return 'SERIOUS';
  return draw < RATES.seriousPenalty + RATES.minorPenalty ? 'MINOR' : 'GENERAL';
}

/** The decision as such. */
export function decide(
  { subject }: Pick<Enterprise, 'subject'>,
  random: Random,
  { severity, day, index }: { severity: Severity; day: Day; index: number },
) {
  const { type, authority } = random.weighted(VIOLATIONS);
  const serial = `${subject.value.slice(10, 17)}${index + 1}`;
  const decisionNo = `中演罚〔${yearOf(day)}〕${serial}号`;
  const fact: Fact = {
    type: 'PenaltyDecided',
    factType: 'penalty.decision',
    authority,
    number: decisionNo,
    caseNumber: `中演案${yearOf(day)}-${serial}`,
  };
  const { kinds, fineFen, confiscatedFen } = sanction(random, severity);
  const content = {
    decisionNo,
    violationType: type as string,
    penaltyKinds: kinds,
    procedure: severity === 'MINOR' ? 'SIMPLE' : 'ORDINARY',
    fineFen,
    confiscatedFen,
    statedSeverity: severity,
    publicityEnd: dateText(addMonths(day, PUBLICITY_MONTHS[severity]) - 1),
    ...(fineFen > 0 ? { dueAt: dateText(day + 15) } : {}),
  };
  return { fact, content };
}

function sanction(random: Random, severity: Severity): { kinds: string[]; fineFen: number; confiscatedFen: number } {
  if (severity === 'MINOR') {
    const fined = random.chance(0.35);
    return {
      kinds: fined ? ['WARNING', 'FINE'] : ['WARNING'],
      fineFen: fined ? random.whole(2, 20) * 5_000 : 0,
      confiscatedFen: 0,
    };
  }
  const confiscated = random.chance(0.22);
  const amounts = {
    fineFen: amount(random, severity === 'SERIOUS' ? 8 * RATES.meanFineFen : 0.95 * RATES.meanFineFen),
    confiscatedFen: confiscated ? amount(random, RATES.meanFineFen / 2) : 0,
  };
  const kinds = confiscated ? ['FINE', 'CONFISCATE_INCOME'] : ['FINE'];
  if (severity === 'GENERAL') return { kinds, ...amounts };
  const heavy = random.weighted([
    { kind: 'SUSPEND_LICENCE', weight: 58 },
    { kind: 'RESTRICT_BUSINESS', weight: 22 },
    { kind: 'STOP_PRODUCTION', weight: 13 },
    { kind: 'REVOKE_LICENCE', weight: 7 },
  ]);
  return { kinds: [...kinds, heavy.kind], ...amounts };
}

/** Log-normal, in whole 100 RMB, at least 200 RMB. */
function amount(random: Random, meanFen: number): number {
  return Math.max(2, Math.round(random.logNormal(meanFen, 1.1) / 10_000)) * 10_000;
}

/** What follows a decision: about 1.5 % are revoked, 3 % objected to; fines are mostly paid, a third is repaired early. */
function aftermath(
  recorder: Recorder,
  random: Random,
  { fact, severity, day, fined }: { fact: Fact; severity: Severity; day: Day; fined: boolean },
): void {
  if (random.chance(0.015)) {
    const revoked = addWorkingDays(day, random.whole(15, 60));
    recorder.status(fact, 'PENALTY', revoked, { register: 'STANDING', value: 'RETRACTED', reason: '复议撤销' });
    return;
  }
  if (random.chance(0.03)) objection(recorder, random, fact, day + random.whole(20, 60));
  if (fined) performance(recorder, random, fact, day);
  const repaired = day + random.whole(95, severity === 'SERIOUS' ? 800 : 300);
  if (severity !== 'MINOR' && random.chance(severity === 'GENERAL' ? 0.33 : 0.15))
    recorder.status(fact, 'PENALTY', repaired, { register: 'PUBLICITY', value: 'REPAIRED', reason: '信用修复' });
}

function performance(recorder: Recorder, random: Random, fact: Fact, day: Day): void {
  const inTime = random.chance(0.92);
  if (!inTime) recorder.status(fact, 'LIST', day + 16, { register: 'PERFORMANCE', value: 'OVERDUE' });
  if (!inTime && random.chance(0.4)) return;
  const performed = inTime ? day + random.whole(3, 15) : day + 16 + random.whole(20, 200);
  const revision = inTime ? 1 : 2;
  recorder.status(fact, 'LIST', performed, { register: 'PERFORMANCE', value: 'PERFORMED', revision });
}

function objection(recorder: Recorder, random: Random, fact: Fact, filed: Day): void {
  recorder.status(fact, 'LIST', filed, { register: 'DISPUTE', value: 'FILED', reason: '异议申请' });
  const decided = addWorkingDays(filed, random.whole(2, 8));
  recorder.status(fact, 'LIST', decided, { register: 'DISPUTE', value: 'DECIDED', revision: 2 });
}

/** A report (举报) whose investigation led to the decision: both share the case number, so the incident counts once. */
function verifiedReport(recorder: Recorder, penalty: Fact, { day, type }: { day: Day; type: string }): void {
  const fact: Fact = {
    type: 'ReportVerified',
    factType: 'report.verified',
    authority: AUTHORITIES.market,
    number: `举报-${penalty.number}`,
    ...(penalty.caseNumber === undefined ? {} : { caseNumber: penalty.caseNumber }),
  };
  recorder.fact(fact, 'COMPLAINT', day, { violationType: type });
}
