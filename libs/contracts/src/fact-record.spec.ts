import { carryTo, uncarried } from './carry.ts';
import { factRecordOf, toFactRecord } from './fact-record.ts';
import { factRowOf } from './fact-row.ts';
import type { EnterpriseEvent } from './generated/records.ts';
import { normaliseEvent } from './normalise-event.ts';
import { SAMPLE_CONTEXT, SAMPLES } from './sample-events.fixture.ts';

function eventOf(json: object): EnterpriseEvent {
  const result = normaliseEvent(json, SAMPLE_CONTEXT);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.event;
}
const ALL = Object.values(SAMPLES).map((sample) => [sample.type, eventOf(sample)] as const);
const TO = { scheme: 'uscc', value: '91442000MA5123460E' };
const THIRD = { scheme: 'uscc', value: '91442000MAC1234558' };

describe('toFactRecord', () => {
  it('gives the attributes that the model reads and no others', () => {
    const event = eventOf(SAMPLES.PenaltyDecided);
    expect(toFactRecord(event)).toEqual({
      factId: event.envelope.factId,
      factType: 'penalty.decision',
      register: 'CONTENT',
      revision: event.envelope.revision,
      tieBreak: event.envelope.recordId,
      occurredAt: event.envelope.occurredAt,
      effectiveAt: null,
      publishedAt: event.envelope.publishedAt,
      caseNumber: '中市监案〔2026〕7号',
      codeSystem: null,
      attributes: {
        violationType: '虚假宣传',
        penaltyKinds: ['FINE', 'CONFISCATE_INCOME'],
        procedure: 'ORDINARY',
        fineFen: 5_000_000,
        confiscatedFen: 1,
        publicityEnd: Date.parse('2027-01-10T00:00:00+08:00'),
      },
    });
  });

  it('gives a change as its changed attributes only', () => {
    expect(toFactRecord(eventOf(SAMPLES.EnterpriseChanged)).attributes).toEqual({
      town: '442000118',
      addressChanged: true,
      changeKind: 'ADDRESS',
    });
  });

  it('gives a status as value, effectiveAt, until and reason', () => {
    expect(toFactRecord(eventOf(SAMPLES.FactStatusChanged)).attributes).toEqual({
      value: 'REPAIRED',
      effectiveAt: Date.parse('2026-01-10T00:00:00+08:00'),
      reason: '信用修复',
    });
  });
});

describe('factRowOf', () => {
  it.each(ALL)('keeps of %s what gives the same fact record again', (_, event) => {
    const row = factRowOf(event);
    const again = factRecordOf(
      {
        factId: row.fact_id,
        factType: row.fact_type,
        register: event.envelope.register,
        revision: row.revision,
        recordId: row.record_id,
        occurredAt: row.occurred_at,
        effectiveAt: row.effective_at,
        publishedAt: row.published_at,
        caseNumber: row.case_number,
        codeSystem: row.code_system,
      },
      row.attributes,
    );
    expect(again).toEqual(toFactRecord(event));
  });

  it('keeps every member of the envelope', () => {
    const { envelope } = eventOf(SAMPLES.PenaltyDecided);
    const { attributes: _, record_type: __, ...columns } = factRowOf(eventOf(SAMPLES.PenaltyDecided));
    const values = new Set(Object.values(columns));
    for (const value of Object.values(envelope)) {
      for (const one of typeof value === 'object' && value !== null ? Object.values(value) : [value]) {
        expect(values).toContain(one);
      }
    }
  });
});

describe('carryTo', () => {
  it.each(ALL.filter(([type]) => type !== 'EnterpriseLinked'))(
    'carries %s with its fact, revision and content',
    (_, event) => {
      const carried = carryTo(event, TO) as EnterpriseEvent;
      expect(carried.envelope).toMatchObject({
        factId: event.envelope.factId,
        revision: event.envelope.revision,
        subject: TO,
        carriedFrom: event.envelope.subject,
        causationId: event.envelope.recordId,
      });
      expect(uncarried(carried)).toEqual({ type: event.type, envelope: carried.envelope, content: event.content });
      expect({ ...toFactRecord(carried), tieBreak: '' }).toEqual({ ...toFactRecord(event), tieBreak: '' });
    },
  );

  it('gives one record id for each subject, whatever way the fact took', () => {
    const event = eventOf(SAMPLES.PenaltyDecided);
    const direct = carryTo(event, TO) as EnterpriseEvent;
    const round = carryTo(carryTo(direct, THIRD) as EnterpriseEvent, TO);
    expect(round?.envelope.recordId).toBe(direct.envelope.recordId);
    expect(direct.envelope.recordId).not.toBe(event.envelope.recordId);
  });

  it('leaves links where they are', () => {
    expect(carryTo(eventOf(SAMPLES.EnterpriseLinked), TO)).toBeUndefined();
  });

  it('refuses a carried record that does not hold what it names', () => {
    const carried = carryTo(eventOf(SAMPLES.PenaltyDecided), TO) as Extract<EnterpriseEvent, { type: 'FactCarried' }>;
    const broken = { ...carried, content: { ...carried.content, penaltyDecided: null } };
    expect(() => uncarried(broken)).toThrow(/names PenaltyDecided but does not hold its content/);
  });
});
