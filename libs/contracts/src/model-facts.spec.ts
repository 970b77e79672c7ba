import avro from 'avsc';
import { MODEL_ATTRIBUTES } from '#libs/risk-model';
import { FACT_TYPES } from './catalogue.ts';
import type { AttributeType } from './catalogue-types.ts';
import { factRecordOf, toFactRecord } from './fact-record.ts';
import { factRowOf } from './fact-row.ts';
import type { EnterpriseEvent } from './generated/records.ts';
import { MODEL_FACTS } from './model-facts.fixture.ts';
import { normaliseEvent } from './normalise-event.ts';
import { AVRO_OPTIONS, RECORD_SCHEMAS } from './record-schemas.ts';
import { fullNameOf, toLogRecord } from './records.ts';
import { SAMPLE_CONTEXT } from './sample-events.fixture.ts';

const shanghai = (day: string) => Date.parse(`${day}T00:00:00+08:00`);

/** The event as a consumer of the log sees it: normalised, encoded and decoded. */
function fromLog(factType: string): EnterpriseEvent {
  const result = normaliseEvent(MODEL_FACTS[factType], SAMPLE_CONTEXT);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const fullName = fullNameOf(result.event);
  const schema = RECORD_SCHEMAS.find((one) => one.fullName === fullName)?.schema as avro.Schema;
  const type = avro.Type.forSchema(schema, { ...AVRO_OPTIONS });
  return toLogRecord(fullName, type.fromBuffer(type.toBuffer(result.event))) as EnterpriseEvent;
}

const recordOf = (factType: string) => toFactRecord(fromLog(factType));

/** What the model must find for an attribute of each type of the catalogue. */
const KIND: Readonly<Partial<Record<AttributeType, string>>> = {
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
  year: 'number',
  money: 'number',
  date: 'number',
  'end-date': 'number',
  codes: 'list',
  'source-codes': 'list',
};
const STATED_OF_ENTERPRISE = FACT_TYPES['enterprise.registration']?.attributes ?? {};
const MADE: Readonly<Record<string, string>> = {
  addressChanged: 'boolean',
  capitalBeforeFen: 'number',
  value: 'number',
  validFrom: 'number',
  validUntil: 'number',
};

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

function expectedKind(factType: string, name: string): string {
  const spec = FACT_TYPES[factType]?.attributes[name] ?? STATED_OF_ENTERPRISE[name];
  return spec ? (KIND[spec.type] ?? 'string') : (MADE[name] ?? 'unknown');
}

describe('what the risk model reads', () => {
  it('has a statement here for every fact type', () => {
    expect(Object.keys(MODEL_FACTS)).toEqual(Object.keys(MODEL_ATTRIBUTES));
  });

  it.each(Object.entries(MODEL_ATTRIBUTES))(
    'arrives of %s with every attribute, typed as the model needs it',
    (factType, names) => {
      const { factType: arrived, attributes } = recordOf(factType);
      expect(arrived).toBe(factType);
      expect(Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, kindOf(value)]))).toEqual(
        Object.fromEntries(names.map((name) => [name, expectedKind(factType, name)])),
      );
    },
  );

  it.each(Object.keys(MODEL_ATTRIBUTES))('of %s is the same again from its row in ClickHouse', (factType) => {
    const event = fromLog(factType);
    const row = factRowOf(event);
    const attributes = JSON.parse(JSON.stringify(row.attributes)) as Record<string, unknown>;
    expect(factRecordOf(event.envelope, attributes)).toEqual(toFactRecord(event));
  });

  it('says of a capital change what the capital was and is', () => {
    expect(recordOf('enterprise.change').attributes).toMatchObject({
      changeKind: 'CAPITAL',
      capitalBeforeFen: 100_000_000,
      capitalFen: 10_000_000,
      addressChanged: false,
    });
  });

  it('gives an end as the exclusive moment after its last day, a beginning as its first moment', () => {
    const after = shanghai('2026-04-01');
    expect(recordOf('order.stop-production').attributes).toEqual({ until: after });
    expect(recordOf('court.equity-freeze').attributes).toEqual({ until: after });
    expect(recordOf('honour.grant').attributes).toEqual({ kind: 'TAX_A', validTo: after });
    expect(recordOf('derived.person-firms').attributes).toEqual({
      value: 3,
      validFrom: shanghai('2026-01-10'),
      validUntil: after,
    });
    expect(recordOf('override.class').attributes).toEqual({
      schemeId: 'general',
      riskClass: 'C',
      approvedAt: Date.parse('2026-01-10T10:00:00+08:00'),
      validFrom: shanghai('2026-01-10'),
      validUntil: after,
    });
  });

  it('gives dates that end nothing as their first moment', () => {
    expect(recordOf('social-insurance.snapshot').attributes).toEqual({
      insuredStaff: 0,
      quarterEnd: shanghai('2026-03-31'),
    });
    expect(recordOf('enterprise.link').attributes).toEqual({ kind: 'RENUMBERED', effectiveAt: shanghai('2026-01-10') });
  });

  it('keeps a staff of nobody apart from one not published', () => {
    expect(recordOf('annual-report.filing').attributes).toEqual({
      year: 2025,
      revenueFen: 1_230_000_000,
      insuredStaff: 0,
    });
  });
});
