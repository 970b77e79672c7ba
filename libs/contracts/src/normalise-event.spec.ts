import fc from 'fast-check';
import type { EnterpriseEvent } from './generated/records.ts';
import { normaliseEvent } from './normalise-event.ts';
import type { NormaliseContext } from './normalise-event.ts';
import { SAMPLE_CONTEXT, SAMPLES } from './sample-events.fixture.ts';

const context: NormaliseContext = SAMPLE_CONTEXT;
const shanghai = (day: string) => Date.parse(`${day}T00:00:00+08:00`);

function accepted(json: unknown, with_: NormaliseContext = context): EnterpriseEvent {
  const result = normaliseEvent(json, with_);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.event;
}

function rules(json: unknown, with_: NormaliseContext = context): string[] {
  const result = normaliseEvent(json, with_);
  return result.ok ? [] : result.faults.map(({ field, rule }) => `${field} ${rule}`);
}

const penalty = SAMPLES.PenaltyDecided;
const withContent = (content: object) => ({ ...penalty, content: { ...penalty.content, ...content } });

describe('normaliseEvent accepts', () => {
  it.each(Object.keys(SAMPLES))('a statement of %s', (type) => {
    expect(accepted(SAMPLES[type as keyof typeof SAMPLES]).type).toBe(type);
  });

  it('a penalty, normalised in every field', () => {
    const { envelope, content } = accepted(penalty);
    expect(envelope).toMatchObject({
      factType: 'penalty.decision',
      number: '中市监罚〔2026〕1号',
      caseNumber: '中市监案〔2026〕7号',
      register: 'CONTENT',
      occurredAt: shanghai('2026-01-10'),
      datePrecision: 'DAY',
      publishedAt: shanghai('2026-01-15'),
      revision: shanghai('2026-01-15'),
      revisionKind: 'SOURCE_UPDATED_AT',
      purpose: 'credit-supervision',
      synthetic: true,
    });
    expect(content).toEqual({
      decisionNo: '中市监罚〔2026〕1号',
      violationType: '虚假宣传',
      penaltyKinds: ['FINE', 'CONFISCATE_INCOME'],
      procedure: 'ORDINARY',
      fineFen: 5_000_000,
      confiscatedFen: 1,
      statedSeverity: null,
      publicityEnd: shanghai('2027-01-10'),
      dueAt: null,
      summary: null,
    });
  });

  it('an end date as the exclusive 00:00 of the day after, and an end moment as it is', () => {
    expect(accepted(withContent({ publicityEnd: '2026-12-31' })).content).toMatchObject({
      publicityEnd: shanghai('2027-01-01'),
    });
    const moment = '2026-12-31T12:00:00+08:00';
    expect(accepted(withContent({ publicityEnd: moment })).content).toMatchObject({ publicityEnd: Date.parse(moment) });
  });

  it('full-width names and lower-case industry codes', () => {
    expect(accepted(SAMPLES.EnterpriseRegistered).content).toMatchObject({
      name: '中山市测试(集团)有限公司',
      industry: 'H6210',
      address: '小榄镇1号',
    });
  });

  it('a subject of the source’s own scheme, and a credit code in lower case or full width', () => {
    const subject = { scheme: 'chicago-licence', value: '82474' };
    expect(accepted({ ...penalty, subject }).envelope.subject).toEqual(subject);
    for (const value of ['91442000ma5123452k', ' ９1442000MA5123452K ']) {
      expect(accepted({ ...penalty, subject: { scheme: 'uscc', value } }).envelope.subject.value).toBe(
        '91442000MA5123452K',
      );
    }
  });

  it('a department’s own code system with whatever codes it has', () => {
    const own = {
      ...SAMPLES.InspectionCompleted,
      codeSystem: 'zs-own',
      content: { drawKind: 'ROUTINE', codes: ['ZZ', 'ZZ'] },
    };
    expect(accepted(own).content).toMatchObject({ codes: ['ZZ'], items: [] });
  });

  it('a status whose state holds from the occurrence when nothing else is stated', () => {
    expect(accepted(SAMPLES.FactStatusChanged).content).toEqual({
      value: 'REPAIRED',
      effectiveAt: shanghai('2026-01-10'),
      until: null,
      reason: '信用修复',
    });
  });

  it('town codes that were replaced, and codes outside Zhongshan', () => {
    const at = (town: string) => ({
      ...SAMPLES.EnterpriseRegistered,
      content: { ...SAMPLES.EnterpriseRegistered.content, town },
    });
    for (const town of ['442000100', '440100001']) expect(rules(at(town))).toEqual([]);
    expect(rules(at('442000099'))).toEqual(['content.town enterprise.town.known-town']);
    expect(rules(at('442000'))).toEqual(['content.town enterprise.town.nine-digits']);
  });
});

describe('normaliseEvent accepts the capital before and after a change', () => {
  const change = (content: object) => ({
    ...SAMPLES.EnterpriseChanged,
    content: { changeKind: 'CAPITAL', ...content },
  });

  it('in whole fen', () => {
    const event = accepted(change({ before: { capitalFen: 100_000_000 }, after: { capitalFen: 10_000_000 } }));
    expect(event.content).toMatchObject({ before: { capitalFen: 100_000_000 }, after: { capitalFen: 10_000_000 } });
    expect(rules(change({ before: { capitalFen: 1.5 }, after: { capitalFen: -1 } }))).toEqual([
      'content.before.capitalFen enterprise.capital.integer-fen',
      'content.after.capitalFen enterprise.capital.integer-fen',
    ]);
  });

  it('also where the capital before is not known', () => {
    expect(accepted(change({ after: { capitalFen: 10_000_000 } })).content).toMatchObject({
      before: { capitalFen: null },
    });
  });
});

describe('normaliseEvent refuses', () => {
  it('everything that is wrong, at once', () => {
    const result = rules({
      type: 'PenaltyDecided',
      subject: { scheme: 'uscc', value: '91310115MA1H8R7C6D' },
      occurredAt: '2026-02-30',
      colour: 'red',
      content: { fineFen: 12.5, penaltyKinds: ['FINE', 'SPANKING'], surprise: 1 },
    });
    expect(result.sort()).toEqual([
      'authority event.authority.required',
      'colour event.unknown-member',
      'content.fineFen penalty.fine.integer-fen',
      'content.penaltyKinds penalty.penalty-kinds.code-list',
      'content.surprise penalty.content.unknown',
      'content.violationType penalty.violation-type.required',
      'number event.number.required',
      'occurredAt event.occurred-at.real-date',
      'source event.source.required',
      'subject subject.uscc.check-character',
    ]);
  });

  it('with a message that says what is wrong and what would be right', () => {
    const result = normaliseEvent(withContent({ fineFen: 5.5 }), context);
    expect(result).toEqual({
      ok: false,
      faults: [
        {
          field: 'content.fineFen',
          rule: 'penalty.fine.integer-fen',
          message: expect.stringMatching(/5\.5.*whole number of fen.*1 元 = 100 fen/),
        },
      ],
    });
  });

  it.each([
    ['a future occurrence', { occurredAt: '2026-06-03' }, 'occurredAt event.occurred-at.not-in-future'],
    [
      'a date that is some system’s default',
      { occurredAt: '1900-01-01' },
      'occurredAt event.occurred-at.not-before-1949',
    ],
    ['a moment without offset', { occurredAt: '2026-01-10T10:00:00' }, 'occurredAt event.occurred-at.form'],
    ['an unknown type', { type: 'PenaltyRevoked' }, 'type event.type.known'],
    ['a carried fact', { type: 'FactCarried' }, 'type event.type.known'],
    ['another fact type than the record has', { factType: 'tax.arrears' }, 'factType event.fact-type.fixed'],
    ['a register other than content', { register: 'STANDING' }, 'register event.register.content-only'],
    ['a scheme with a colon', { subject: { scheme: 'a:b', value: '1' } }, 'subject subject.scheme'],
    ['a value with white space', { subject: { scheme: 'a', value: '1 2' } }, 'subject subject.value'],
    ['a value with a colon', { subject: { scheme: 'a', value: '1：2' } }, 'subject subject.value'],
    ['a subject as text', { subject: 'uscc:91442000MA5123452K' }, 'subject subject.form'],
    ['a negative revision', { revision: { kind: 'SOURCE_NUMBER', value: -1 } }, 'revision event.revision.form'],
    ['a code system of other facts', { codeSystem: 'gsxt-abnormal-reason' }, 'codeSystem event.code-system.applies'],
    ['content that is no object', { content: [] }, 'content event.content.object'],
  ])('%s', (_, change, rule) => {
    expect(rules({ ...penalty, ...change })).toEqual([rule]);
  });

  it('codes without a code system, and codes their system does not have', () => {
    const { codeSystem: _, ...bare } = SAMPLES.AbnormalListed;
    expect(rules(bare)).toEqual(['content.reasonCode abnormal.reason-code.code-system']);
    const unknown = { ...SAMPLES.InspectionCompleted, content: { drawKind: 'ROUTINE', codes: ['2', '1'] } };
    expect(rules(unknown)).toEqual(['content.codes inspection.codes.known-code']);
  });

  it('states that the register of the fact does not have', () => {
    const status = SAMPLES.FactStatusChanged;
    expect(rules({ ...status, content: { value: 'REMOVED' } })).toEqual(['content.value status.value.allowed']);
    expect(rules({ ...status, factType: 'complaint.accepted', register: 'PERFORMANCE' })).toEqual([
      'register event.register.allowed',
    ]);
    expect(rules({ ...status, factType: 'no.such' })).toContain('factType event.fact-type.known');
  });

  it('what only this product writes, unless it is this product', () => {
    const outside = { ...context, allowInternal: false };
    expect(rules(SAMPLES.OverrideSet, outside)).toEqual(['type event.type.internal']);
    expect(rules(SAMPLES.DerivedFactRecorded, outside)).toEqual(['type event.type.internal']);
  });

  it('an override approved by the one who proposed it, and ends before beginnings', () => {
    const override = SAMPLES.OverrideSet;
    expect(rules({ ...override, content: { ...override.content, approvedBy: 'a.li' } })).toEqual([
      'content.approvedBy override.approved-by.differs',
    ]);
    expect(rules({ ...override, content: { ...override.content, approvedBy: 'A.Li' } })).toEqual([
      'content.approvedBy override.approved-by.differs',
    ]);
    expect(rules({ ...override, content: { ...override.content, validUntil: '2026-01-08' } })).toEqual([
      'content.validUntil override.valid-until.after-valid-from',
    ]);
  });

  it('an override of more than 90 days, the last day included', () => {
    const until = (validUntil: string) => ({
      ...SAMPLES.OverrideSet,
      content: { ...SAMPLES.OverrideSet.content, validFrom: '2026-01-10', validUntil },
    });
    expect(rules(until('2026-04-09'))).toEqual([]);
    expect(normaliseEvent(until('2026-04-10'), context)).toEqual({
      ok: false,
      faults: [
        {
          field: 'content.validUntil',
          rule: 'override.valid-until.within-days',
          message: 'content.validUntil is 91 days after validFrom; expected at most 90',
        },
      ],
    });
    expect(rules(until('2026-04-10T00:00:00+08:00'))).toEqual([]);
    expect(rules(until('2026-04-10T00:00:00.001+08:00'))).toEqual([
      'content.validUntil override.valid-until.within-days',
    ]);
  });

  it('an override without its reason, its two persons or its end', () => {
    const { reason: _, proposedBy: __, approvedBy: ___, validUntil: ____, ...rest } = SAMPLES.OverrideSet.content;
    expect(rules({ ...SAMPLES.OverrideSet, content: rest })).toEqual([
      'content.reason override.reason.required',
      'content.proposedBy override.proposed-by.required',
      'content.approvedBy override.approved-by.required',
      'content.validUntil override.valid-until.required',
    ]);
  });

  it('a status of what only this product writes, as the end of an override', () => {
    const ended = {
      ...SAMPLES.FactStatusChanged,
      factType: 'override.class',
      register: 'STANDING',
      number: SAMPLES.OverrideSet.number,
      content: { value: 'REMOVED' },
    };
    expect(rules(ended)).toEqual([]);
    expect(rules(ended, { ...context, allowInternal: false })).toEqual(['factType event.fact-type.internal']);
  });

  it('a change that changes nothing', () => {
    expect(rules({ ...SAMPLES.EnterpriseChanged, content: { changeKind: 'OTHER', after: {} } })).toEqual([
      'content.after enterprise.after.not-empty',
    ]);
  });

  it('any other JSON, without throwing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(normaliseEvent(json, context).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(SAMPLES)), fc.jsonValue(), (sample, json) => {
        normaliseEvent(
          { ...sample, content: json, subject: json, revision: json, number: json, occurredAt: json },
          context,
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('identity', () => {
  it('is the same for every spelling, receipt and request of one statement', () => {
    const first = accepted(penalty).envelope;
    const again = accepted(
      { ...penalty, number: '中市监罚[２０２６]1号 ', mapping: 'sgs', mappingVersion: '2' },
      { receivedAt: context.receivedAt + 5, correlationId: 'other' },
    ).envelope;
    expect([again.factId, again.recordId]).toEqual([first.factId, first.recordId]);
    expect(first.factId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('of the fact is shared by its content and its statuses; the record ids differ', () => {
    const [content, status] = [accepted(penalty).envelope, accepted(SAMPLES.FactStatusChanged).envelope];
    expect(status.factId).toBe(content.factId);
    expect(status.recordId).not.toBe(content.recordId);
  });

  it('of the fact stays when it moves to another subject', () => {
    const moved = accepted({
      ...penalty,
      subject: { scheme: 'uscc', value: '91442000MA5123460E' },
      subjectFirstStated: penalty.subject,
    });
    expect(moved.envelope.factId).toBe(accepted(penalty).envelope.factId);
    expect(moved.envelope.recordId).not.toBe(accepted(penalty).envelope.recordId);
  });

  it('of the record changes with the payload and with the revision', () => {
    const ids = [
      penalty,
      withContent({ fineFen: 1 }),
      { ...penalty, revision: { kind: 'SOURCE_NUMBER', value: 2 } },
    ].map((json) => accepted(json).envelope.recordId);
    expect(new Set(ids).size).toBe(3);
  });

  it('does not depend on where one part ends and the next begins', () => {
    const one = accepted({ ...penalty, source: 'a', authority: 'bc' }).envelope.factId;
    const other = accepted({ ...penalty, source: 'ab', authority: 'c' }).envelope.factId;
    expect(one).not.toBe(other);
  });

  it('is pinned: a changed derivation would give every fact a second life', () => {
    const { factId, recordId } = accepted(penalty).envelope;
    expect({ factId, recordId }).toMatchInlineSnapshot(`
     {
       "factId": "98b1a01a1cd0a08432d5aebc4ed72086",
       "recordId": "919be357e7eebe03d1fe732c58516155",
     }
    `);
  });
});
