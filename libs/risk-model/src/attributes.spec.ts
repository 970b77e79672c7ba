import { attributesAt, attributesOfFact, factTypeOf, MODEL_ATTRIBUTES } from './index.ts';
import type { EnterpriseAttributes, FactRecord, FactState } from './index.ts';
import { attributesOfCode, codeOfType, FACT_TYPES, isEvidence, STATING_TYPES } from './facts.ts';
import { day, fact, positionOf, status } from './small-rule-set.spec-support.ts';

const NOTHING = { town: null, industry: null, registeredAt: null, status: null, entityKind: null };
const REGISTRATION = fact('1', 'enterprise.registration', day(0), {
  ...{ registeredAt: day(-5), town: '442000118', industry: 'I65', entityKind: 'ENTERPRISE', status: 'ACTIVE' },
});

function at(records: readonly FactRecord[], days: number): EnterpriseAttributes {
  return attributesAt(positionOf(records), day(days));
}

describe('the attributes of an enterprise', () => {
  it('are what its registration states, from its start until it is taken back', () => {
    const { town, industry, registeredAt, entityKind, status: is } = at([REGISTRATION], 0);
    expect([town, industry, registeredAt, entityKind, is]).toEqual([
      '442000118',
      'I65',
      day(-5),
      'ENTERPRISE',
      'ACTIVE',
    ]);
    expect(attributesAt(positionOf([REGISTRATION]), day(0) - 1)).toEqual(NOTHING);
    const removed = [REGISTRATION, status(REGISTRATION, 'STANDING', 'REMOVED', day(4))];
    expect(attributesAt(positionOf(removed), day(4) - 1).town).toBe('442000118');
    expect(at(removed, 4)).toEqual(NOTHING);
    expect(at([REGISTRATION, status(REGISTRATION, 'STANDING', 'RETRACTED', day(4))], 1)).toEqual(NOTHING);
  });

  it('are each of the latest begun fact that states it, of equal starts of the greater id', () => {
    const change = (id: string, days: number, town: string | null): FactRecord =>
      fact(id, 'enterprise.change', day(days), { town });
    expect(at([REGISTRATION, change('2', 1, 'x')], 1)).toMatchObject({ town: 'x', industry: 'I65' });
    expect(at([REGISTRATION, change('2', 1, null)], 1).town).toBe('442000118');
    expect(at([REGISTRATION, change('2', -1, 'x')], 1).town).toBe('442000118');
    expect(at([REGISTRATION, change('2', 0, 'x')], 1).town).toBe('x');
    expect(at([REGISTRATION, change('0', 0, 'x')], 1).town).toBe('442000118');
  });

  it('are stated by no other facts, and by none of another kind of value', () => {
    expect(at([fact('2', 'order.stop-production', day(0), { until: day(9) })], 1)).toEqual(NOTHING);
    expect(at([fact('2', 'own.type', day(0), { town: 'x' })], 1)).toEqual(NOTHING);
    const odd = { registeredAt: 'soon', town: 7, industry: false, entityKind: 1, status: 2 };
    expect(at([fact('1', 'enterprise.registration', day(0), odd)], 1)).toEqual(NOTHING);
  });
});

describe('a packed fact', () => {
  const packed = (record: FactRecord): FactState => positionOf([record]).facts[0] as FactState;

  it('gives its attributes back by name, null where none is stated', () => {
    const licence = packed(fact('1', 'licence.grant', day(0), { validTo: day(3) }));
    expect(attributesOfFact(licence)).toEqual({ licenceType: null, validFrom: null, validTo: day(3) });
    expect(factTypeOf(licence)).toBe('licence.grant');
    const stub = packed(status(fact('1', 'licence.grant', day(0)), 'STANDING', 'REMOVED', day(1)));
    expect(attributesOfFact(stub)).toEqual({});
    const unread = packed(fact('1', 'own.type', day(0), { a: 1 }));
    expect([attributesOfFact(unread), factTypeOf(unread)]).toEqual([{}, 'own.type']);
  });
});

describe('the fact types of the model', () => {
  it('have a place each, and names for their attributes', () => {
    expect(FACT_TYPES.map((type) => codeOfType(type))).toEqual(FACT_TYPES.map((_, place) => place));
    expect(FACT_TYPES.map((_, place) => attributesOfCode(place))).toEqual(Object.values(MODEL_ATTRIBUTES));
    expect([codeOfType('own.type'), attributesOfCode(-1)]).toEqual([undefined, []]);
  });

  it('are evidence, but for what is derived, set by hand or a link', () => {
    const none = FACT_TYPES.filter((_, place) => !isEvidence(place));
    expect(none.filter((type) => !type.startsWith('derived.'))).toEqual(['override.class', 'enterprise.link']);
    expect(none).toEqual(FACT_TYPES.filter((type) => /^(derived\.|override\.class$|enterprise\.link$)/u.test(type)));
    expect(isEvidence('own.type')).toBe(true);
    expect(isEvidence('derived.own')).toBe(true);
  });

  it('state attributes where they are of the enterprise itself', () => {
    expect(STATING_TYPES.map((place) => FACT_TYPES[place])).toStrictEqual([
      ...['enterprise.registration', 'enterprise.change', 'enterprise.deregistration'],
    ]);
  });
});
