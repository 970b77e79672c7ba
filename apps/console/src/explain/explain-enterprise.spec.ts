import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { readRuleSetFolder } from '#libs/rule-set-files';
import { packageRoot } from '#libs/service';
import { ENTERPRISE, eventOf, FACTS, OVERRIDE, SERIOUS_LISTING, storedFactOf } from '../../testing/enterprise-facts.ts';
import { enterpriseOf } from '../../testing/fakes.ts';
import type { StoredFact } from '../reads/stored-fact.ts';
import type { Activation, StoredClass } from '../reads/views.ts';
import { createExplain, type ExplainInput } from './explain-enterprise.ts';
import { ruleSetsOf } from './rule-sets.ts';

const explain = createExplain(ruleSetsOf(readRuleSetFolder(join(packageRoot(), 'schemas/rule-sets'))));
const AS_OF = Date.UTC(2026, 0, 9, 16);
const BASE: ExplainInput = {
  subject: ENTERPRISE,
  enterprise: undefined,
  facts: FACTS,
  activations: [],
  asOf: AS_OF,
  knownAt: null,
};

function explained(facts: readonly StoredFact[] = FACTS, asOf = AS_OF) {
  return schemesOf({ facts, asOf });
}

function schemesOf(input: Partial<ExplainInput>) {
  const explanation = explain({ ...BASE, ...input });
  const scheme = (schemeId: string) => {
    const found = explanation.schemes.find((one) => one.schemeId === schemeId);
    if (found === undefined) throw new Error(`the scheme ${schemeId} does not rate the enterprise`);
    return found;
  };
  return { ...explanation, schemeOf: scheme, general: scheme('general') };
}

const generalOf = (fact: { standings: readonly { schemeId: string }[] } | undefined) =>
  fact?.standings.find(({ schemeId }) => schemeId === 'general');

describe('an explanation', () => {
  it('adds up to the score, line by line, in every scheme that rates the enterprise', () => {
    const { schemes } = explained();
    expect(schemes.map(({ schemeId }) => schemeId)).toEqual(['general', 'food-production']);
    for (const { score, lines, groups, positive } of schemes) {
      expect(score).toBeGreaterThan(0);
      expect(lines.reduce((sum, { points }) => sum + points, 0)).toBe(score);
      for (const { beforeCap, points, cap, indicators } of groups) {
        expect(indicators.reduce((sum, indicator) => sum + indicator.points, 0)).toBe(beforeCap);
        expect(points).toBe(Math.min(beforeCap, cap));
      }
      const listed = lines.filter(({ kind }) => kind === 'INDICATOR');
      const counted = groups.flatMap(({ indicators }) => indicators.filter(({ points }) => points > 0));
      expect(listed.map(({ code }) => code).sort()).toEqual(counted.map(({ indicator }) => indicator).sort());
      expect(positive === null || positive.taken <= positive.cap).toBe(true);
    }
  });

  it('shows each indicator before exclusion, before its cap and as it counts', () => {
    for (const { groups } of explained().schemes) {
      for (const { raw, chosen, points, cap, contributions } of groups.flatMap(({ indicators }) => indicators)) {
        expect(raw).toBeGreaterThanOrEqual(chosen);
        expect(points).toBe(Math.min(chosen, cap));
        expect(contributions.filter(({ counts }) => counts).reduce((sum, line) => sum + line.points, 0)).toBe(chosen);
      }
    }
  });

  it('names for every line the facts behind it or what else brings it, and for every fact the lines it stands behind', () => {
    const { schemes, facts } = explained();
    const known = new Map(facts.map((fact) => [fact.factId, fact]));
    for (const { schemeId, groups } of schemes) {
      for (const { indicator, contributions } of groups.flatMap(({ indicators }) => indicators)) {
        for (const { factIds, counts, why } of contributions) {
          if (factIds.length === 0) expect(why).not.toBeNull();
          for (const factId of factIds) {
            const standing = known.get(factId)?.standings.find((one) => one.schemeId === schemeId);
            expect(standing).toBeDefined();
            if (counts) expect(standing?.usedBy.map(({ code }) => code)).toContain(indicator);
          }
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
      occurredAt: '2025-09-09T16:00:00.000Z',
      publishedAt: '2025-09-14T16:00:00.000Z',
      authority: '中山市市场监督管理局',
    });
    expect(penalty?.standings.map(({ schemeId, status }) => [schemeId, status])).toEqual([
      ['general', 'COUNTS'],
      ['food-production', 'NOT_USED'],
    ]);
    expect(penalty?.attributes.find(({ name }) => name === 'penaltyKinds')?.valueLabel?.zh).toBe('罚款、没收违法所得');
    expect(penalty?.attributes.find(({ name }) => name === 'fineFen')).toMatchObject({
      type: 'money',
      value: 60_000_000,
    });
    const listing = facts.find(({ factType }) => factType === 'abnormal.listing');
    expect(generalOf(listing)).toMatchObject({ status: 'RESIDUAL', statusLabel: { zh: '已移出，按余值计分' } });
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

  it('does not depend on the order in which the records came', () => {
    expect(explained([...FACTS].reverse()).schemes).toEqual(explained().schemes);
  });

  it('leaves no points of a retracted fact, and says that it was retracted', () => {
    const { general, facts } = explained([...FACTS, statusOf('STANDING', { value: 'RETRACTED', reason: '复议撤销' })]);
    const penalty = facts.find(({ factType }) => factType === 'penalty.decision');
    expect(generalOf(penalty)).toMatchObject({ status: 'RETRACTED', usedBy: [] });
    const codes = general.groups.flatMap(({ indicators }) => indicators.map(({ indicator }) => indicator));
    expect(codes).not.toContain('R03');
  });

  it('says of a fact under objection that it is half in the score and not in the class', () => {
    const before = explained().general;
    const { general, facts } = explained([...FACTS, statusOf('DISPUTE', { value: 'FILED' })]);
    expect(facts.find(({ factType }) => factType === 'penalty.decision')?.disputed).toBe(true);
    expect(general.score).toBeLessThan(before.score);
    expect(general.scoreForClass).toBeLessThan(general.score);
    const serious = general.groups.flatMap(({ indicators }) => indicators).find(({ indicator }) => indicator === 'R03');
    expect(serious?.contributions[0]).toMatchObject({ disputed: true });
    expect(serious?.contributions[0]?.why?.zh).toContain('异议');
  });

  it('names what counts instead of a fact of the same case', () => {
    const check = storedFactOf(
      eventOf({
        type: 'InspectionCompleted',
        number: '专项〔2025〕5号-1',
        occurredAt: '2025-08-20',
        caseNumber: '中市监案〔2025〕9号',
        codeSystem: 'gsxt-inspection-v2',
        content: { drawKind: 'SPECIAL', items: [], codes: ['3'] },
      }),
    );
    const { general } = explained([...FACTS, check]);
    const lines = general.groups.flatMap(({ indicators }) => indicators).flatMap(({ contributions }) => contributions);
    const own = lines.find(({ factIds }) => factIds.includes(check.record.factId));
    expect(own).toMatchObject({ counts: false });
    expect(own?.why?.zh).toContain('同一案件已按 R03 行政处罚-严重');
  });

  it.each(['schemas as they are', 'a manual class and an inherited determination'])(
    'keeps to the description of the interface: %s',
    (variant) => {
      const more = variant === 'schemas as they are' ? [] : [OVERRIDE, SERIOUS_LISTING].map(storedFactOf);
      const document = parse(readFileSync(join(packageRoot(), 'schemas/openapi/console.yaml'), 'utf8')) as object;
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      addFormats.default(ajv);
      ajv.addSchema(document, 'console');
      const validate = ajv.getSchema('console#/components/schemas/Explanation');
      const enterprise = enterpriseOf(ENTERPRISE.value);
      const explanation = explain({ ...BASE, enterprise, facts: [...FACTS, ...more], knownAt: AS_OF });
      void validate?.(JSON.parse(JSON.stringify(explanation)));
      expect(validate?.errors ?? []).toEqual([]);
    },
  );

  it('of an enterprise without facts has no scheme, and invents no class', () => {
    const { schemes, facts } = explain({ ...BASE, facts: [] });
    expect({ schemes, facts }).toEqual({ schemes: [], facts: [] });
  });
});

function statusOf(register: string, content: { value: string; reason?: string }): StoredFact {
  return storedFactOf(
    eventOf({
      type: 'FactStatusChanged',
      number: '中市监罚〔2025〕17号',
      factType: 'penalty.decision',
      register,
      occurredAt: '2026-01-05',
      revision: { kind: 'SOURCE_NUMBER', value: 2 },
      content: { effectiveAt: '2026-01-05', ...content },
    }),
  );
}

describe('the outlook', () => {
  it('foretells the next change that time alone will bring, in every scheme', () => {
    for (const { schemeId, outlook, score, riskClass } of explained().schemes) {
      const next = outlook.nextChange;
      if (next === null) throw new Error('the licence and the listing change by themselves');
      const at = Date.parse(next.at);
      expect(at).toBeGreaterThan(AS_OF);
      expect(explained(FACTS, at).schemeOf(schemeId)).toMatchObject({ score: next.score, riskClass: next.riskClass });
      expect(explained(FACTS, at - 1).schemeOf(schemeId)).toMatchObject({ score, riskClass });
    }
  });

  it('says from when the class is better with no new fact', () => {
    const { general } = explained();
    expect(general.riskClass).toBe('C');
    const { improvesAt } = general.outlook;
    if (improvesAt === null) throw new Error('a serious penalty loses weight');
    expect(explained(FACTS, Date.parse(improvesAt)).general.riskClass).toBe('B');
    expect(explained(FACTS, Date.parse(improvesAt) - 1).general.riskClass).toBe('C');
  });

  it('names the single endings that would better the class, and what it would be', () => {
    const { general, facts } = explained();
    const penalty = facts.find(({ factType }) => factType === 'penalty.decision');
    const ending = general.outlook.endings.find(({ factId }) => factId === penalty?.factId);
    expect(ending?.ways).toContainEqual({ by: 'REPAIR', riskClass: 'B' });
    expect(general.outlook.endings.map(({ factId }) => facts.find((fact) => fact.factId === factId)?.factType)).toEqual(
      expect.not.arrayContaining(['enterprise.registration', 'inspection.result']),
    );
    const repaired = explained([...FACTS, statusOf('PUBLICITY', { value: 'REPAIRED', reason: '信用修复' })]);
    expect(repaired.general.riskClass).toBe('B');
  });
});

describe('a specialised scheme', () => {
  it('stands beside the general one, with its own rule set, bands and inspections', () => {
    const food = explained().schemeOf('food-production');
    expect(food).toMatchObject({
      label: { zh: '食品生产企业风险分级' },
      kind: 'specialised',
      department: 'food',
      base: 'general',
      takenFrom: null,
      ruleSet: { identity: 'food-production@1.0.0', provenance: 'proposal' },
      scaleMax: 100_000,
    });
    expect(food.visits).not.toBeNull();
  });

  it('says which class of the general scheme it took points from', () => {
    const { general, schemeOf } = explained();
    const { groups } = schemeOf('food-production');
    const byClass = groups.flatMap(({ indicators }) => indicators).find(({ indicator }) => indicator === 'FG1');
    expect(byClass?.contributions[0]).toMatchObject({ factIds: [], counts: true });
    expect(byClass?.contributions[0]?.why?.zh).toContain(`${general.riskClass ?? ''} 类`);
    const category = groups.flatMap(({ indicators }) => indicators).find(({ indicator }) => indicator === 'FS1');
    expect(category?.contributions[0]?.why?.zh).toBe('行业：C1421 制造业');
  });

  it('shows a direct determination of the general scheme as inherited, with its facts', () => {
    const listing = storedFactOf(SERIOUS_LISTING);
    const { general, schemeOf, facts } = explained([...FACTS, listing]);
    const food = schemeOf('food-production');
    expect([general.riskClass, food.riskClass]).toEqual(['D', 'D']);
    expect(food.decisions.filter(({ inherited }) => inherited)).toMatchObject([
      { kind: 'DIRECT', schemeId: 'general', code: 'X01', riskClass: 'D', factIds: [listing.record.factId] },
    ]);
    expect(general.decisions.every(({ inherited }) => !inherited)).toBe(true);
    const shown = facts.find(({ factId }) => factId === listing.record.factId);
    expect(shown?.standings.map(({ status, usedBy }) => [status, usedBy.map(({ code }) => code)])).toEqual([
      ['COUNTS', ['X01']],
      ['INHERITED', ['X01']],
    ]);
    for (const { outlook } of [general, food]) {
      expect(outlook.endings.map(({ factId }) => factId)).toContain(listing.record.factId);
    }
  });
});

describe('a manual class', () => {
  it('stands beside the computed one, with its reason, its two persons and its end', () => {
    const { general, facts } = explained([...FACTS, storedFactOf(OVERRIDE)]);
    expect(general).toMatchObject({
      riskClass: 'A',
      computedClass: 'C',
      manual: {
        riskClass: 'A',
        reason: '专项整治后整改到位',
        proposedBy: 'a.li',
        approvedBy: 'b.wang',
        approvedAt: '2026-01-05T02:00:00.000Z',
        validFrom: '2026-01-04T16:00:00.000Z',
        until: '2026-03-04T16:00:00.000Z',
      },
    });
    const fact = facts.find(({ factType }) => factType === 'override.class');
    expect(fact?.standings.map(({ status }) => status)).toEqual(['MANUAL_CLASS', 'OTHER_SCHEME']);
  });

  it('gives way to a direct determination, and is shown all the same', () => {
    const { general } = explained([...FACTS, storedFactOf(SERIOUS_LISTING), storedFactOf(OVERRIDE)]);
    expect(general).toMatchObject({ riskClass: 'D', computedClass: 'D', manual: { riskClass: 'A' } });
  });

  it('is over after its last day', () => {
    const { general } = explained([...FACTS, storedFactOf(OVERRIDE)], Date.UTC(2026, 2, 4, 16));
    expect(general.manual).toBeNull();
    expect(general.riskClass).toBe(general.computedClass);
  });
});

describe('the rule sets of an explanation', () => {
  const stored = (ruleSet: string): StoredClass => ({ ...(enterpriseOf('x').classes[0] as StoredClass), ruleSet });
  const enterpriseBy = (...ruleSets: string[]) => ({ ...enterpriseOf('x'), classes: ruleSets.map(stored) });
  const activation = (ruleSet: string, retired = false): Activation => ({
    ruleSetId: ruleSet.split('@')[0] as string,
    ruleSet,
    activatedAt: Date.UTC(2025, 0, 1),
    retired,
  });

  it('are those of the stored classes, with those active for other schemes', () => {
    const { schemes } = schemesOf({
      enterprise: enterpriseBy('general@1.0.0'),
      activations: [activation('general@1.0.0'), activation('food-production@1.0.0')],
    });
    expect(schemes.map(({ ruleSet: { identity, origin } }) => [identity, origin])).toEqual([
      ['general@1.0.0', 'STORED'],
      ['food-production@1.0.0', 'ACTIVE'],
    ]);
    expect(schemes[0]?.ruleSet.activatedAt).toBe('2025-01-01T00:00:00.000Z');
  });

  it('are those active at the moment of knowledge, whatever is stored now', () => {
    const { schemes } = schemesOf({
      enterprise: enterpriseBy('general@2.0.0'),
      activations: [activation('general@1.0.0')],
      knownAt: AS_OF,
    });
    expect(schemes.map(({ ruleSet }) => ruleSet)).toEqual([
      {
        identity: 'general@1.0.0',
        provenance: 'proposal',
        origin: 'ACTIVE',
        activatedAt: '2025-01-01T00:00:00.000Z',
        insteadOf: null,
      },
    ]);
    for (const { score, lines } of schemes) expect(lines.reduce((sum, { points }) => sum + points, 0)).toBe(score);
  });

  it('leave out a scheme that was retired', () => {
    const { schemes } = schemesOf({
      activations: [
        activation('general@2.0.0'),
        activation('food-production@1.0.0'),
        activation('food-production@1.0.0', true),
      ],
    });
    expect(schemes.map(({ schemeId }) => schemeId)).toEqual(['general']);
  });

  it('are the latest of the scheme where the one that decided is not at hand, and say so', () => {
    const { general } = schemesOf({ enterprise: enterpriseBy('general@0.9.0') });
    expect(general.ruleSet).toMatchObject({ identity: 'general@2.0.0', origin: 'STORED', insteadOf: 'general@0.9.0' });
  });

  it('hold the base of a specialised scheme even where only that one is named', () => {
    const { schemes } = schemesOf({ activations: [activation('food-production@1.0.0')] });
    expect(schemes.map(({ ruleSet: { identity, origin } }) => [identity, origin])).toEqual([
      ['general@2.0.0', 'LATEST'],
      ['food-production@1.0.0', 'ACTIVE'],
    ]);
  });
});
