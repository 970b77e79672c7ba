import { keyOf, type ClassChanged, type EnterpriseEvent, type LogRecord, type PositionUpdated } from '#libs/contracts';
import type { Moment, TopicRecord } from '#libs/stream';
import { Announcements } from './announcements.ts';
import type { EnterpriseState } from './enterprise-state.ts';
import { activationOf, eventOf, registry, ruleSetFolder, scorerOver } from './small-log.spec-support.ts';

const scorer = scorerOver(ruleSetFolder());
const NOW = Date.UTC(2026, 5, 1);
const USCC = '91442000MA5123452K';
const activation = activationOf('general@2.0.0');

function recordOf(event: LogRecord, key: string | null, offset = 0): TopicRecord {
  const value = registry.encode(`enterprise.events.${event.type}`, event);
  return {
    topic: 'enterprise.events.v1',
    partition: 0,
    offset,
    timestamp: NOW,
    key: key === null ? null : Buffer.from(key),
    value,
    headers: {},
  };
}

const listing = eventOf(USCC, NOW, {
  type: 'AbnormalListed',
  number: 'L1',
  codeSystem: 'gsxt-abnormal-reason',
  codeSystemVersion: '1',
  content: { reasonCode: '4' },
});

function memoryAfterActivation(): string {
  const outcome = scorer.record(recordOf(activation, null), '', undefined, moment(''));
  if (outcome.kind !== 'memory') throw new Error(outcome.kind);
  expect(outcome.reviewAll).toBe(true);
  return outcome.memory;
}

function moment(memory: string, asOf = NOW): Moment {
  return { partition: 0, asOf, offset: 7, ordinal: 2, memory };
}

function accepted(event: EnterpriseEvent, state: EnterpriseState | undefined, memory = memoryAfterActivation()) {
  const key = keyOf(event.envelope.subject);
  const outcome = scorer.record(recordOf(event, key), key, state, moment(memory));
  if (outcome.kind !== 'accepted') throw new Error(`${outcome.kind}`);
  return outcome;
}

const changesOf = (outputs: readonly { topic: string; message: { value: Buffer | null } }[]): ClassChanged[] =>
  outputs
    .filter(({ topic }) => topic === 'risk.class-changed.v1')
    .map(({ message }) => registry.decode(message.value).value as ClassChanged);

describe('the scorer', () => {
  it('says from, to, why, by which rule set and from where in the log', () => {
    const outcome = accepted(listing, undefined);
    const [change] = changesOf(outcome.outputs);
    expect(change).toMatchObject({
      from: null,
      to: 'C',
      direction: 'FIRST',
      scoreBefore: null,
      ruleSet: 'general@2.0.0',
      cause: 'EVENT',
      causeRecordId: listing.envelope.recordId,
      correlationId: 'c-1',
      effectiveAt: NOW,
      input: { topic: 'enterprise.events.v1', partition: 0, offset: 7 },
      sequence: { offset: 7, ordinal: 2 },
    });
    expect(change?.reasons[0]?.factIds).toContain(listing.envelope.factId);
    expect(outcome.publishNow).toBe(true);
  });

  it('gives a replayed record the same ids, and a duplicate no effect', () => {
    const first = accepted(listing, undefined);
    const again = accepted(listing, undefined);
    expect(changesOf(again.outputs)[0]?.changeId).toBe(changesOf(first.outputs)[0]?.changeId);
    const duplicate = scorer.record(
      recordOf(listing, keyOf(listing.envelope.subject)),
      keyOf(listing.envelope.subject),
      first.state,
      moment(memoryAfterActivation()),
    );
    expect(duplicate.kind).toBe('unchanged');
  });

  it('keeps facts without scoring them while no rule set is active, and scores them when one is', () => {
    const unscored = accepted(listing, undefined, '');
    expect(unscored).toMatchObject({ outputs: [], nextDue: null, state: { standing: null } });
    const outcome = scorer.review(keyOf(listing.envelope.subject), unscored.state, moment(memoryAfterActivation()));
    if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
    expect(changesOf(outcome.outputs)[0]).toMatchObject({
      from: null,
      to: 'C',
      cause: 'RULE_SET',
      causeRecordId: null,
    });
  });

  it('lets a score fall by time alone, as of the due moment', () => {
    const { state, nextDue } = accepted(listing, undefined);
    expect(nextDue).toBeGreaterThan(NOW);
    const outcome = scorer.review(
      keyOf(listing.envelope.subject),
      state,
      moment(memoryAfterActivation(), nextDue ?? 0),
    );
    expect(outcome.kind).toBe('accepted');
  });

  it('tells with a cause of its own what another engine version makes of an enterprise, and nothing where both agree', () => {
    const key = keyOf(listing.envelope.subject);
    const { state } = accepted(listing, undefined);
    const since = { offset: 7, ordinal: 2, asOf: NOW, due: null };
    const published = new Announcements(registry).snapshot(key, { state, since })?.message.value ?? Buffer.alloc(0);
    const place = moment(memoryAfterActivation());
    expect(scorer.renewed(key, published, state, place, '4')).toEqual([]);
    const { fullName, value } = registry.decode(published);
    const schemes = (value as PositionUpdated).schemes.map((each) => ({ ...each, score: 1_000, riskClass: 'A' }));
    const older = registry.encode(fullName, { ...(value as PositionUpdated), schemes });
    const [change, ...more] = changesOf(scorer.renewed(key, older, state, place, '4'));
    expect(change).toMatchObject({
      from: 'A',
      to: 'C',
      direction: 'WORSENED',
      scoreBefore: 1_000,
      scoreAfter: state.position.schemes['general']?.score,
      cause: 'MODEL_CHANGED',
      causeRecordId: null,
      effectiveAt: NOW,
      sequence: { offset: 7, ordinal: 2 },
    });
    expect(change?.reasons[0]?.factIds).toContain(listing.envelope.factId);
    expect(more).toEqual([]);
    expect(scorer.renewed(key, older, state, place, '4')).toEqual(scorer.renewed(key, older, state, place, '4'));
    const [later] = changesOf(scorer.renewed(key, older, state, { ...place, offset: 9 }, '4'));
    expect(later?.changeId).not.toBe(change?.changeId);
  });

  it('tells of an engine that no longer rates a scheme that it left, and of one that rates it that it came', () => {
    const key = keyOf(listing.envelope.subject);
    const { state } = accepted(listing, undefined);
    const since = { offset: 7, ordinal: 2, asOf: NOW, due: null };
    const value = new Announcements(registry).snapshot(key, { state, since })?.message.value ?? Buffer.alloc(0);
    const position = registry.decode(value).value as PositionUpdated;
    const [general] = position.schemes;
    const told = (schemes: readonly object[]) => {
      const published = registry.encode('risk.PositionUpdated', { ...position, schemes });
      return changesOf(scorer.renewed(key, published, state, moment(memoryAfterActivation()), '4')).map(
        ({ schemeId, from, to, cause }) => [schemeId, from, to, cause],
      );
    };
    expect(told([])).toEqual([['general', null, 'C', 'MODEL_CHANGED']]);
    expect(told([general ?? {}, { ...general, schemeId: 'food', riskClass: 'B' }])).toEqual([
      ['food', 'B', null, 'MODEL_CHANGED'],
    ]);
  });

  it.each([
    ['bytes that are no Avro', Buffer.from('\u0000'), `uscc:${USCC}`, 'no Avro'],
    ['a record type of another topic', registry.encode('risk.ClassChanged', {}), `uscc:${USCC}`, 'not a record type'],
    [
      'a key that is not the payload’s',
      recordOf(listing, 'x').value,
      'uscc:91442000MA5123460E',
      'the key is not the subject',
    ],
  ])('sets aside %s with the reason', (_what, value, key, reason) => {
    const record = { ...recordOf(listing, key), value };
    const outcome = scorer.record(record, key, undefined, moment(memoryAfterActivation()));
    expect(outcome.kind).toBe('deadLetter');
    expect(outcome.kind === 'deadLetter' && outcome.reason).toContain(reason);
  });

  it('keeps no clock ticks while a history load is open', () => {
    const started = scorer.record(
      recordOf({ type: 'HistoryLoadStarted', recordId: '1'.repeat(32), at: NOW, loadId: 'load-1', from: NOW }, null),
      '',
      undefined,
      moment(''),
    );
    expect(started.kind === 'memory' && JSON.parse(started.memory)).toMatchObject({ historyLoad: 'load-1' });
  });
});
