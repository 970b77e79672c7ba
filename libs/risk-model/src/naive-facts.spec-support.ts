import type { AttributeValue, FactRecord, Register } from './facts.ts';

/** Registers, moments, severity and outcome of facts, read from all records at once; a calendar of its own. */

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function later(at: number, months: number): number {
  const local = new Date(at + 8 * HOUR);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + months, local.getUTCDate()];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, lastDay)) - 8 * HOUR + ((at + 8 * HOUR) % DAY);
}

/** Months since year 0 in Shanghai: two days of one calendar month have the same. */
export function monthNumber(at: number): number {
  const local = new Date(at + 8 * HOUR);
  return local.getUTCFullYear() * 12 + local.getUTCMonth();
}

export interface Fact {
  readonly id: string;
  readonly type: string;
  readonly start: number;
  readonly removedAt: number;
  readonly expiresAt: number;
  /** Removal, expiry or completion, whichever is first. */
  readonly closedAt: number;
  readonly publicityEnd: number;
  readonly caseNumber: string | null;
  /** Severity of a penalty; of an inspection or a listing the indicator that it speaks to. */
  readonly kind: string;
  /** Of an inspection: the outcome in a scheme that does not score being out of reach. */
  readonly kindIfReached: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly registers: Partial<Record<Register, Status>>;
}

export interface Status {
  readonly value: string;
  readonly at: number;
  readonly until: number | null;
}

const HEAVY =
  'SUSPEND_LICENCE DOWNGRADE REVOKE_LICENCE RESTRICT_BUSINESS STOP_PRODUCTION CLOSE RESTRICT_EMPLOYMENT DETENTION';

export function amountOf(attributes: Fact['attributes']): number {
  return Number(attributes['fineFen'] ?? 0) + Number(attributes['confiscatedFen'] ?? 0);
}

/** Rule 15. */
function severityOf(attributes: Fact['attributes']): string {
  const kinds = (attributes['penaltyKinds'] ?? []) as readonly string[];
  if (kinds.some((kind) => HEAVY.split(' ').includes(kind)) || amountOf(attributes) >= 500_000_00) return 'SERIOUS';
  if (attributes['procedure'] === 'SIMPLE') return 'MINOR';
  if (kinds.length > 0 && kinds.every((kind) => kind === 'WARNING' || kind === 'CRITICISM')) return 'MINOR';
  return 'GENERAL';
}

const OUTCOMES: Record<string, Record<string, string>> = {
  'gsxt-inspection-v2': {
    ...{ 1: 'R16', 3: 'R13', 4: 'R13', 5: 'R13', 6: 'R15', 8: 'R14' },
    ...{ B: 'R13', C: 'R13', D: 'R13', E: 'R12', G: 'R13', PENDING: 'R13' },
  },
  'gsxt-inspection-v1': { 1: 'R16', 2: 'R13', 3: 'R13', 4: 'R15', 5: 'R13', 6: 'R14' },
  'chicago-food-1': { PASS: 'R16', PASS_CONDITIONS: 'R12', FAIL: 'R13' },
};

const BY_WEIGHT = ['R14', 'R15', 'R13', 'R12', 'R16'];

/** Rule 5: the worst code of an inspection; neutral ones displace nothing. */
function outcomeOf(record: FactRecord, scoring: readonly string[] = BY_WEIGHT): string {
  const codes = (record.attributes['codes'] ?? []) as readonly string[];
  const found = codes.map((code) => OUTCOMES[record.codeSystem ?? '']?.[code]);
  return scoring.find((indicator) => found.includes(indicator)) ?? '';
}

function newest(records: readonly FactRecord[]): FactRecord | undefined {
  return [...records].sort((a, b) => b.revision - a.revision || (a.tieBreak < b.tieBreak ? 1 : -1))[0];
}

function moment(value: AttributeValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

const PUBLICITY_MONTHS: Record<string, number> = { MINOR: 3, GENERAL: 12, SERIOUS: 36 };

function statedEnd(record: FactRecord, kind: string, start: number): number {
  if (record.factType === 'penalty.decision') {
    return moment(record.attributes['publicityEnd']) ?? later(start, PUBLICITY_MONTHS[kind] as number);
  }
  if (['order.stop-production', 'licence.revocation'].includes(record.factType)) return later(start, 36);
  return Infinity;
}

/** A reason means something only in its code system. */
function reasonOf(record: FactRecord): string {
  if (record.codeSystem !== 'gsxt-abnormal-reason') return '';
  const indicators: Record<string, string> = { 1: 'R07', 2: 'R08', 3: 'R09', 4: 'R10' };
  return indicators[record.attributes['reasonCode'] as string] ?? '';
}

function kindIfReachedOf(record: FactRecord): string {
  if (record.factType !== 'inspection.result') return '';
  return outcomeOf(
    record,
    BY_WEIGHT.filter((code) => code !== 'R15'),
  );
}

function kindOf(record: FactRecord): string {
  if (record.factType === 'abnormal.listing') return reasonOf(record);
  if (record.factType === 'penalty.decision') return severityOf(record.attributes);
  return record.factType === 'inspection.result' ? outcomeOf(record) : '';
}

function registersOf(own: readonly FactRecord[]): Fact['registers'] {
  const registers: Fact['registers'] = {};
  for (const register of ['STANDING', 'PUBLICITY', 'PERFORMANCE', 'DISPUTE'] as const) {
    const record = newest(own.filter((candidate) => candidate.register === register));
    if (record === undefined) continue;
    registers[register] = {
      value: record.attributes['value'] as string,
      at: moment(record.attributes['effectiveAt']) ?? record.effectiveAt ?? record.occurredAt,
      until: moment(record.attributes['until']),
    };
  }
  return registers;
}

/** Where a fact carries its own last moment, the attribute that holds it. */
const EXPIRES: Record<string, string> = {
  'licence.grant': 'validTo',
  'honour.grant': 'validTo',
  'order.stop-production': 'until',
  'court.equity-freeze': 'until',
  'override.class': 'validUntil',
};
const STARTS: Record<string, string> = {
  'licence.grant': 'validFrom',
  'override.class': 'validFrom',
  'enterprise.link': 'effectiveAt',
};

function attributeFor(type: string, names: Record<string, string>, ofDerived: string): string {
  return type.startsWith('derived.') ? ofDerived : (names[type] ?? '');
}

/** A recall completed, an order lifted (rule 20): the performance register closes the fact, as a removal does. */
function completedAt(type: string, performance: Status | undefined): number {
  if (type === 'recall.ordered' && performance?.value === 'PERFORMED') return performance.at;
  if (type === 'order.stop-production' && performance?.value === 'LIFTED') return performance.at;
  return Infinity;
}

/** Rule 19. */
function publicityEndOf(ownEnd: number, publicity: Status | undefined): number {
  if (publicity === undefined) return ownEnd;
  if (publicity.value === 'REPAIRED') return Math.min(publicity.at, publicity.until ?? ownEnd);
  if (publicity.value === 'END') return publicity.until ?? publicity.at;
  return publicity.until ?? ownEnd;
}

function factOf(id: string, own: readonly FactRecord[]): Fact[] {
  const content = newest(own.filter((record) => record.register === 'CONTENT'));
  const registers = registersOf(own);
  if (content === undefined || registers.STANDING?.value === 'RETRACTED') return [];
  const { factType: type, attributes, caseNumber } = content;
  const dated = content.effectiveAt ?? content.occurredAt;
  const start = moment(attributes[attributeFor(type, STARTS, 'validFrom')]) ?? dated;
  const kind = kindOf(content);
  const removedAt = registers.STANDING?.value === 'REMOVED' ? registers.STANDING.at : Infinity;
  const expiresAt = moment(attributes[attributeFor(type, EXPIRES, 'validUntil')]) ?? Infinity;
  const closedAt = Math.min(removedAt, expiresAt, completedAt(type, registers.PERFORMANCE));
  const publicityEnd = publicityEndOf(statedEnd(content, kind, start), registers.PUBLICITY);
  const moments = { start, removedAt, expiresAt, closedAt, publicityEnd };
  const kindIfReached = kindIfReachedOf(content);
  return [{ id, type, ...moments, caseNumber, kind, kindIfReached, attributes, registers }];
}

/** All facts with content that were never retracted. */
export function factsOf(records: readonly FactRecord[]): Fact[] {
  const ids = [...new Set(records.map((record) => record.factId))].sort();
  return ids.flatMap((id) =>
    factOf(
      id,
      records.filter((record) => record.factId === id),
    ),
  );
}

export function inForce(fact: Fact, asOf: number): boolean {
  return fact.start <= asOf && asOf < fact.closedAt && asOf < fact.publicityEnd;
}

export function isDisputed({ registers: { DISPUTE: dispute } }: Fact, asOf: number): boolean {
  if (dispute?.value !== 'FILED') return false;
  return asOf >= dispute.at && asOf < Math.min(dispute.at + 15 * DAY, dispute.until ?? Infinity);
}
