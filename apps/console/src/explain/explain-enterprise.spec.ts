import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { packageRoot } from '#libs/service';
import { ENTERPRISE, eventOf, FACTS, storedFactOf } from '../../testing/enterprise-facts.ts';
import type { StoredFact } from '../reads/stored-fact.ts';
import { createExplain } from './explain-enterprise.ts';
import { readRuleSets } from './rule-sets.ts';

const explain = createExplain(readRuleSets(join(packageRoot(), 'schemas/rule-sets')));
const AS_OF = Date.UTC(2026, 0, 9, 16);

function explained(facts: readonly StoredFact[] = FACTS, asOf = AS_OF) {
  const explanation = explain({ subject: ENTERPRISE, enterprise: undefined, facts, asOf, knownAt: null });
  const scheme = explanation.schemes[0];
  if (scheme === undefined) throw new Error('no scheme was explained');
  return { ...explanation, scheme };
}

describe('an explanation', () => {
  it('adds up to the score, line by line', () => {
    const { scheme } = explained();
    const groups = scheme.groups.reduce((sum, { points }) => sum + points, 0);
    expect(scheme.score).toBeGreaterThan(0);
    expect(groups - (scheme.positive?.taken ?? 0) + scheme.scaled).toBe(scheme.score);
    for (const group of scheme.groups) {
      expect(group.indicators.reduce((sum, { points }) => sum + points, 0)).toBe(group.raw);
    }
  });

  it('names for every line the facts behind it, and for every fact the lines it stands behind', () => {
    const { scheme, facts } = explained();
    const known = new Map(facts.map((fact) => [fact.factId, fact]));
    for (const { indicator, contributions } of scheme.groups.flatMap(({ indicators }) => indicators)) {
      for (const { factIds, counts } of contributions) {
        expect(factIds.length).toBeGreaterThan(0);
        for (const factId of factIds) {
          expect(known.has(factId)).toBe(true);
          if (counts) expect(known.get(factId)?.usedBy.map(({ code }) => code)).toContain(indicator);
        }
      }
    }
  });

  it('says of each fact what it is, what it states and why it counts', () => {
    const { facts } = explained();
    const penalty = facts.find(({ factType }) => factType === 'penalty.decision');
    expect(penalty).toMatchObject({
      label: { zh: '行政处罚决定' },
      classification: { zh: '严重' },
      status: 'COUNTS',
      occurredAt: '2025-09-09T16:00:00.000Z',
      publishedAt: '2025-09-14T16:00:00.000Z',
      authority: '中山市市场监督管理局',
    });
    expect(penalty?.attributes.find(({ name }) => name === 'penaltyKinds')?.valueLabel?.zh).toBe('罚款、没收违法所得');
    expect(penalty?.attributes.find(({ name }) => name === 'fineFen')).toMatchObject({
      type: 'money',
      value: 60_000_000,
    });
    const listing = facts.find(({ factType }) => factType === 'abnormal.listing');
    expect(listing).toMatchObject({ status: 'RESIDUAL', statusLabel: { zh: '已移出，按余值计分' } });
    expect(listing?.attributes[0]?.valueLabel?.zh).toBe('4 通过登记的住所无法联系');
    expect(listing?.registers).toEqual([
      {
        register: 'STANDING',
        value: 'REMOVED',
        effectiveAt: '2025-10-08T16:00:00.000Z',
        until: null,
        reason: '已取得联系',
      },
    ]);
  });

  it('foretells the next change that time alone will bring', () => {
    const { scheme } = explained();
    const next = scheme.nextChange;
    if (next === null) throw new Error('the licence and the listing change by themselves');
    const at = Date.parse(next.at);
    expect(at).toBeGreaterThan(AS_OF);
    expect(explained(FACTS, at).scheme).toMatchObject({ score: next.score, riskClass: next.riskClass });
    expect(explained(FACTS, at - 1).scheme).toMatchObject({ score: scheme.score, riskClass: scheme.riskClass });
  });

  it('does not depend on the order in which the records came', () => {
    expect(explained([...FACTS].reverse()).scheme).toEqual(explained().scheme);
  });

  it('leaves no points of a retracted fact, and says that it was retracted', () => {
    const retracted = storedFactOf(
      eventOf({
        type: 'FactStatusChanged',
        number: '中市监罚〔2025〕17号',
        factType: 'penalty.decision',
        register: 'STANDING',
        occurredAt: '2026-01-05',
        revision: { kind: 'SOURCE_NUMBER', value: 2 },
        content: { value: 'RETRACTED', effectiveAt: '2026-01-05', reason: '复议撤销' },
      }),
    );
    const { scheme, facts } = explained([...FACTS, retracted]);
    const penalty = facts.find(({ factType }) => factType === 'penalty.decision');
    expect(penalty).toMatchObject({ status: 'RETRACTED', usedBy: [] });
    const codes = scheme.groups.flatMap(({ indicators }) => indicators.map(({ indicator }) => indicator));
    expect(codes).not.toContain('R03');
  });

  it('says of a fact under objection that it is half in the score and not in the class', () => {
    const objection = storedFactOf(
      eventOf({
        type: 'FactStatusChanged',
        number: '中市监罚〔2025〕17号',
        factType: 'penalty.decision',
        register: 'DISPUTE',
        occurredAt: '2026-01-05',
        revision: { kind: 'SOURCE_NUMBER', value: 2 },
        content: { value: 'FILED', effectiveAt: '2026-01-05' },
      }),
    );
    const before = explained().scheme;
    const { scheme, facts } = explained([...FACTS, objection]);
    expect(facts.find(({ factType }) => factType === 'penalty.decision')?.disputed).toBe(true);
    expect(scheme.score).toBeLessThan(before.score);
    expect(scheme.scoreForClass).toBeLessThan(scheme.score);
    const serious = scheme.groups.flatMap(({ indicators }) => indicators).find(({ indicator }) => indicator === 'R03');
    expect(serious?.contributions[0]?.why?.zh).toContain('异议');
  });

  it('keeps to the description of the interface', () => {
    const document = parse(readFileSync(join(packageRoot(), 'schemas/openapi/console.yaml'), 'utf8')) as object;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(document, 'console');
    const validate = ajv.getSchema('console#/components/schemas/Explanation');
    void validate?.(
      JSON.parse(
        JSON.stringify(
          explain({ subject: ENTERPRISE, enterprise: undefined, facts: FACTS, asOf: AS_OF, knownAt: AS_OF }),
        ),
      ),
    );
    expect(validate?.errors ?? []).toEqual([]);
  });

  it('of an enterprise without facts has no scheme, and invents no class', () => {
    const { schemes, facts } = explain({
      subject: ENTERPRISE,
      enterprise: undefined,
      facts: [],
      asOf: AS_OF,
      knownAt: null,
    });
    expect({ schemes, facts }).toEqual({ schemes: [], facts: [] });
  });
});
