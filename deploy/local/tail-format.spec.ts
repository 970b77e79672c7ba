import type { TopicRecord } from '#libs/stream';
import { asJson, asLine } from './tail-format.ts';

const record: TopicRecord = {
  topic: 'risk.class-changed.v1',
  partition: 3,
  offset: 41,
  timestamp: Date.UTC(2026, 0, 10),
  key: Buffer.from('uscc:91442000MA5123452K'),
  value: Buffer.alloc(0),
  headers: { reason: Buffer.from('undecodable') },
};

test('a line tells time, place in the log, key, type, content and headers', () => {
  expect(asLine({ record, name: 'ClassChanged', value: { to: 'C' } })).toBe(
    '2026-01-10T00:00:00.000Z 3/41 uscc:91442000MA5123452K ClassChanged {"to":"C"} [reason=undecodable]',
  );
});

test('nested bytes print as hex', () => {
  const line = asJson({ record, name: 'FactCarried', value: { record: Buffer.from([0, 255]) } });
  expect(JSON.parse(line)).toMatchObject({ offset: 41, type: 'FactCarried', value: { record: '00ff' } });
});

test('a deleted key prints as such', () => {
  expect(asLine({ record: { ...record, headers: {} }, name: 'deleted', value: null })).toMatch(/ deleted null$/);
});
