import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  activationOf,
  addVariant,
  eventOf,
  ruleSetFolder,
  scorerOver,
  shippedRuleSet,
  SmallLog,
  specialised,
} from './small-log.spec-support.ts';

const T0 = Date.UTC(2026, 5, 1);
const USCC = '91442000MA5123452K';
const general = activationOf('general@2.0.0');
const listing = eventOf(USCC, T0, {
  type: 'AbnormalListed',
  number: 'L1',
  codeSystem: 'gsxt-abnormal-reason',
  codeSystemVersion: '1',
  content: { reasonCode: '4' },
});

describe('rule sets in force', () => {
  let folder: string;
  let food: string;
  beforeEach(() => {
    folder = ruleSetFolder();
    food = addVariant(folder, 'food', '1.0.0', specialised('food'));
  });
  const log = () => new SmallLog(scorerOver(folder));

  it('rate an enterprise in each scheme, and say by which rule set', () => {
    const both = log().write(T0, general, activationOf(food), listing);
    expect(both.changes.map(({ schemeId, ruleSet, to, cause }) => [schemeId, ruleSet, to, cause])).toEqual([
      ['general', 'general@2.0.0', 'C', 'EVENT'],
      ['food', 'food@1.0.0', 'C', 'EVENT'],
    ]);
    expect(both.snapshotOf(USCC)).toMatchObject({
      ruleSet: 'general@2.0.0',
      schemes: [
        { schemeId: 'general', ruleSet: 'general@2.0.0', riskClass: 'C', computedClass: null, overrideFactId: null },
        { schemeId: 'food', ruleSet: 'food@1.0.0', riskClass: 'C' },
      ],
    });
  });

  it('are replaced scheme by scheme: another one of the same scheme re-assesses everything at that point of the log', () => {
    const stricter = addVariant(folder, 'general', '3.0.0', {
      bands: {
        ...{ label: 'proposal', basis: 'a test' },
        list: [
          { class: 'A', from: 0, to: 10 },
          { class: 'B', from: 10, to: 20 },
          { class: 'C', from: 20, to: 30 },
          { class: 'D', from: 30, to: 1001 },
        ],
      },
    });
    const replaced = log()
      .write(T0, general, activationOf(food), listing)
      .write(T0 + 1, activationOf(stricter));
    expect(
      replaced.changes
        .slice(2)
        .map(({ schemeId, from, to, ruleSet, cause, effectiveAt }) => [
          schemeId,
          from,
          to,
          ruleSet,
          cause,
          effectiveAt,
        ]),
    ).toEqual([['general', 'C', 'D', stricter, 'RULE_SET', T0 + 1]]);
    expect(replaced.snapshotOf(USCC)?.schemes.map(({ ruleSet }) => ruleSet)).toEqual([stricter, food]);
  });

  it('of a scheme that reads another one wait until that one is rated too', () => {
    const waiting = log().write(T0, activationOf(food), listing);
    expect(waiting.changes).toEqual([]);
    waiting.write(T0 + 1, general);
    expect(waiting.changes.map(({ schemeId, to, cause }) => [schemeId, to, cause])).toEqual([
      ['general', 'C', 'RULE_SET'],
      ['food', 'C', 'RULE_SET'],
    ]);
  });

  it('end the classes of a scheme when it is retired, and tell by which rule set they were', () => {
    const retired = log().write(T0, general, activationOf(food), listing);
    retired.write(T0 + 1, activationOf(food, { retired: true }));
    expect(retired.changes.slice(2)).toMatchObject([
      { schemeId: 'food', from: 'C', to: null, direction: 'LEFT', cause: 'RULE_SET', ruleSet: food },
    ]);
    expect(retired.snapshotOf(USCC)?.schemes.map(({ schemeId }) => schemeId)).toEqual(['general']);
    retired.write(T0 + 2, activationOf('general@2.0.0', { retired: true }));
    expect(retired.classOf(USCC)).toBeNull();
    expect(retired.snapshotOf(USCC)).toMatchObject({ schemes: [], ruleSet: '' });
    retired.write(T0 + 3, general);
    expect(retired.classOf(USCC)).toBe('C');
  });

  it('take what stands on a retired scheme with it, and bring it back', () => {
    const gone = log().write(T0, general, activationOf(food), listing);
    gone.write(T0 + 1, activationOf('general@2.0.0', { retired: true }));
    expect([gone.classOf(USCC), gone.classOf(USCC, 'food')]).toEqual([null, null]);
    gone.write(T0 + 2, general);
    expect([gone.classOf(USCC), gone.classOf(USCC, 'food')]).toEqual(['C', 'C']);
  });

  it('give each change an id of its own when one activation brings several of them', () => {
    const together = { activationId: 'one release' };
    const all = log().write(T0, listing, activationOf('general@2.0.0', together), activationOf(food, together));
    all.write(T0 + 1, activationOf(food, { ...together, retired: true }), activationOf(food, together));
    expect(new Set(all.changes.map(({ changeId }) => changeId)).size).toBe(all.changes.length);
  });

  it('are found when their file is added while the process runs', () => {
    const running = log().write(T0, general, listing);
    const added = addVariant(folder, 'drinks', '1.0.0', specialised('drinks'));
    running.write(T0 + 1, activationOf(added));
    expect(running.classOf(USCC, 'drinks')).toBe('C');
  });

  it('stop the process when the folder does not hold what the log activates', () => {
    expect(() => log().write(T0, activationOf('general@99.0.0'))).toThrow(
      /general@99.0.0, which is not in .*add its file/,
    );
  });

  it('stop the process when a file is not the one that was activated', () => {
    const bytes = readFileSync(join(folder, 'general@2.0.0.yaml'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(log().write(T0, activationOf('general@2.0.0', { sha256 }), listing).classOf(USCC)).toBe('C');
    expect(() => log().write(T0, activationOf('general@2.0.0', { sha256: '0'.repeat(64) }))).toThrow(
      /general@2.0.0 with SHA-256 0{64}, but the file .* has [0-9a-f]{64}/,
    );
  });

  it('stop the process when a file that came late keeps facts longer, because some may be dropped already', () => {
    const running = log().write(T0, general);
    const { facts } = shippedRuleSet();
    const kept = { ...facts, 'inspection.result': { ...facts['inspection.result'], keepMonths: 1_200 } };
    const longer = addVariant(folder, 'general', '4.0.0', { facts: kept });
    expect(() => running.write(T0 + 1, activationOf(longer))).toThrow(/keeps facts longer .* start it again/);
    expect(log().write(T0, activationOf(longer), listing).classOf(USCC)).toBe('C');
  });
});
