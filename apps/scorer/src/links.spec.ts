import type { EnterpriseEvent } from '#libs/contracts';
import { partitionOf } from '#libs/stream';
import { activationOf, eventOf, ruleSetFolder, scorerOver, SmallLog } from './small-log.spec-support.ts';

const T0 = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
const [A, B, C] = ['91442000MA5123452K', '91442000MA5123460E', '91442000MA5123479B'] as const;
const general = activationOf('general@2.0.0');
const scorer = scorerOver(ruleSetFolder());

let numbers = 0;
const listing = (of: string, number = `L${numbers++}`) =>
  eventOf(of, T0, {
    type: 'AbnormalListed',
    number,
    codeSystem: 'gsxt-abnormal-reason',
    codeSystemVersion: '1',
    content: { reasonCode: '4' },
  });
const registration = (of: string) =>
  eventOf(of, T0, {
    type: 'EnterpriseRegistered',
    number: of,
    occurredAt: '2010-03-01',
    content: { name: '甲', registeredAt: '2010-03-01', town: '442000118', industry: 'I6510', status: 'ACTIVE' },
  });
const link = (from: string, to: string, kind = 'MERGED', effectiveAt = '2026-05-20', number = `M-${from}-${to}`) =>
  eventOf(from, T0, {
    type: 'EnterpriseLinked',
    number,
    content: { to: { scheme: 'uscc', value: to }, kind, effectiveAt },
  });
const statusOfLink = (from: string, to: string, value: string, revision: number) =>
  eventOf(from, T0, {
    type: 'FactStatusChanged',
    factType: 'enterprise.link',
    register: 'STANDING',
    number: `M-${from}-${to}`,
    revision: { kind: 'SOURCE_NUMBER', value: revision },
    content: { value, reason: '更正' },
  });
const removal = (of: string, number: string) =>
  eventOf(of, T0, {
    type: 'FactStatusChanged',
    factType: 'abnormal.listing',
    register: 'STANDING',
    number,
    occurredAt: '2026-05-25',
    content: { value: 'RETRACTED', reason: '更正' },
  });
const log = () => new SmallLog(scorer).write(T0, general, registration(A), registration(B), registration(C));
const typesCarriedTo = (small: SmallLog, to: string) => small.carriedTo(to).map(({ envelope }) => envelope.factType);

describe('an enterprise that goes on as another one', () => {
  it('takes its facts along, whatever their partitions, and changes the class of the one that goes on', () => {
    const fact = listing(A);
    const merged = log().write(T0 + 1, fact, link(A, B));
    const [from, to] = [A, B].map((each) => partitionOf(`uscc:${each}`, merged.partitions.length));
    expect(from).not.toBe(to);
    expect(merged.classOf(B)).toBe('C');
    const [carried] = merged.carriedTo(B);
    expect(carried?.envelope).toMatchObject({
      factId: fact.envelope.factId,
      revision: fact.envelope.revision,
      carriedFrom: { scheme: 'uscc', value: A },
      causationId: fact.envelope.recordId,
    });
    expect(merged.changes.at(-1)).toMatchObject({ cause: 'EVENT', causeRecordId: carried?.envelope.recordId });
  });

  it('ends in the same facts in whatever order link and facts come', () => {
    const early = listing(A, 'early');
    const late = listing(A, 'late');
    const ended = removal(A, 'early');
    const merge = link(A, B);
    const records = [early, late, ended, merge];
    const results = permutations(records).map((order) => {
      const small = log();
      order.forEach((record, at) => small.write(T0 + 1 + at, record));
      return { facts: small.factsOf(B), riskClass: small.classOf(B) };
    });
    expect(results).toHaveLength(24);
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0]?.facts).toHaveLength(3);
  });

  it('sends on every later record of a fact, with the record’s own partition time', () => {
    const merged = log().write(T0 + 1, link(A, B));
    merged.write(T0 + 2, listing(A, 'L-later'));
    expect(merged.classOf(B)).toBe('C');
    merged.write(T0 + 3, removal(A, 'L-later'));
    expect(merged.classOf(B)).toBe('A');
    const times = merged.partitions.flatMap(({ records }) => records).filter(({ timestamp }) => timestamp === T0 + 3);
    expect(times).toHaveLength(2);
  });

  it('goes on through a chain', () => {
    const chained = log().write(T0 + 1, link(B, C), link(A, B), listing(A));
    expect([chained.classOf(C), typesCarriedTo(chained, C)]).toEqual(['C', ['abnormal.listing']]);
  });

  it('goes on through a chain in the same facts, whichever link comes first', () => {
    const fact = listing(A);
    const last = log()
      .write(T0 + 1, link(B, C), link(A, B))
      .write(T0 + 2, fact);
    const first = log()
      .write(T0 + 1, fact, link(A, B))
      .write(T0 + 2, link(B, C));
    expect(first.factsOf(C)).toEqual(last.factsOf(C));
    expect(first.factsOf(C)).toHaveLength(2);
  });

  it('ends in a circle', () => {
    const circle = log().write(T0 + 1, link(A, B), link(B, C), link(C, A), listing(A), listing(B));
    for (const each of [A, B, C]) expect(typesCarriedTo(circle, each).length).toBeLessThanOrEqual(4);
    // Of each: its registration, its link, and both listings.
    expect([A, B, C].map((each) => circle.factsOf(each).length)).toEqual([4, 4, 4]);
  });

  it('waits for the day on which a link takes effect, and sends on what is known by then', () => {
    const waiting = log().write(T0 + 1, listing(A), link(A, B, 'MERGED', '2026-06-11'));
    expect(waiting.carriedTo(B)).toEqual([]);
    waiting.write(T0 + 2 * DAY, listing(A));
    expect(waiting.carriedTo(B)).toEqual([]);
    waiting.write(T0 + 20 * DAY, registration(A), registration(B), registration(C), listing(A));
    expect(typesCarriedTo(waiting, B)).toEqual(['abnormal.listing', 'abnormal.listing', 'abnormal.listing']);
    const carriedAt = waiting.partitions
      .flatMap(({ records }) => records)
      .filter(({ timestamp }) => timestamp === Date.UTC(2026, 5, 10, 16));
    expect(carriedAt).toHaveLength(2);
  });

  it('waits also while no rule set is active', () => {
    const unscored = new SmallLog(scorer).write(T0, listing(A), link(A, B, 'MERGED', '2026-06-11'));
    unscored.write(T0 + 20 * DAY, registration(A), registration(B));
    expect(typesCarriedTo(unscored, B)).toEqual(['abnormal.listing']);
  });

  it('does nothing twice when a link or a record is sent again', () => {
    const fact = listing(A);
    const merge = link(A, B);
    const once = log().write(T0 + 1, fact, merge);
    const length = once.carriedTo(B).length;
    const before = once.changes.length;
    once.write(T0 + 2, merge, fact, merge, link(A, B, 'MERGED', '2026-05-20', 'another number'));
    expect(once.changes).toHaveLength(before);
    expect(new Set(once.carriedTo(B).map(({ envelope }) => envelope.recordId)).size).toBe(length);
    expect(once.factsOf(B)).toHaveLength(2);
  });

  it('sends nothing more on once the link is retracted, and everything when it is reinstated', () => {
    const small = log()
      .write(T0 + 1, listing(A), link(A, B))
      .write(T0 + 2, statusOfLink(A, B, 'RETRACTED', 1));
    small.write(T0 + 3, listing(A));
    expect(small.carriedTo(B)).toHaveLength(1);
    small.write(T0 + 4, statusOfLink(A, B, 'REINSTATED', 2));
    expect(new Set(small.carriedTo(B).map(({ envelope }) => envelope.factId)).size).toBe(2);
  });

  it('never carries where the retraction of the link came first', () => {
    const small = log().write(T0 + 1, statusOfLink(A, B, 'RETRACTED', 1), listing(A), link(A, B));
    expect(small.carriedTo(B)).toEqual([]);
  });

  it('sends everything on to another one when the link is corrected', () => {
    const wrong = link(A, B);
    const right = eventOf(A, T0, {
      type: 'EnterpriseLinked',
      number: `M-${A}-${B}`,
      revision: { kind: 'SOURCE_UPDATED_AT', value: wrong.envelope.revision + 1 },
      content: { to: { scheme: 'uscc', value: C }, kind: 'MERGED', effectiveAt: '2026-05-20' },
    });
    const small = log()
      .write(T0 + 1, listing(A), wrong)
      .write(T0 + 2, right)
      .write(T0 + 3, listing(A));
    expect([small.carriedTo(B).length, small.carriedTo(C).length]).toEqual([1, 2]);
  });

  it.each([
    ['MERGED', ['abnormal.listing']],
    ['SPLIT', ['abnormal.listing']],
    ['RENUMBERED', ['enterprise.registration', 'override.class', 'abnormal.listing']],
  ])('takes along, when it is %s, what stays true of the one that goes on', (kind, types) => {
    const own: EnterpriseEvent[] = [override(A), derived(A), deregistration(A), listing(A)];
    const small = log().write(T0 + 1, ...own, link(A, B, kind));
    expect(typesCarriedTo(small, B).sort()).toEqual(types.sort());
  });

  it('is made up where what was carried is made up', () => {
    const made = eventOf(A, T0, {
      type: 'AbnormalListed',
      number: 'made up',
      codeSystem: 'gsxt-abnormal-reason',
      codeSystemVersion: '1',
      synthetic: true,
      content: { reasonCode: '4' },
    });
    const small = log().write(T0 + 1, made, link(A, B));
    expect(small.state(B)?.synthetic).toBe(true);
  });
});

function override(of: string): EnterpriseEvent {
  return eventOf(of, T0, {
    type: 'OverrideSet',
    number: 'O1',
    content: {
      ...{ schemeId: 'general', riskClass: 'B', reason: '理由', proposedBy: 'one', approvedBy: 'other' },
      ...{ approvedAt: '2026-05-20', validFrom: '2026-05-20', validUntil: '2026-06-20' },
    },
  });
}

function derived(of: string): EnterpriseEvent {
  return eventOf(of, T0, {
    type: 'DerivedFactRecorded',
    factType: 'derived.address-density',
    number: '2026-05',
    content: { validFrom: '2026-05-01', validUntil: '2026-06-30', value: 12 },
  });
}

function deregistration(of: string): EnterpriseEvent {
  return eventOf(of, T0, { type: 'EnterpriseDeregistered', number: 'D1', content: { status: 'DEREGISTERED' } });
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}
