import type { ApiToken } from '#libs/service';
import { createFailureLimit } from './failure-limit.ts';
import { cookieOf, createSessions, SESSION_MS } from './session-cookie.ts';
import { createTokenBook } from './token-book.ts';

const TOKENS: readonly ApiToken[] = [
  { id: 'operator', secret: 'operator-secret-000000000001' },
  { id: 'town-07', secret: 'town-secret-0000000000000002' },
];
const NOON = Date.UTC(2026, 0, 10, 4);

describe('the token book', () => {
  const book = createTokenBook(TOKENS);

  it('names the reader whose secret was shown', () => {
    expect(book.idOf('town-secret-0000000000000002')).toBe('town-07');
  });

  it.each([
    '',
    'operator',
    'operator-secret-00000000000',
    'operator-secret-0000000000012',
    'operator:operator-secret-000000000001',
  ])('knows nobody by "%s"', (shown) => expect(book.idOf(shown)).toBeUndefined());

  it('refuses two readers with one secret, because the audit could not tell them apart', () => {
    const secret = 'the-same-secret-000000000000';
    expect(() =>
      createTokenBook([
        { id: 'a', secret },
        { id: 'b', secret },
      ]),
    ).toThrow(/twice/);
  });
});

describe('a session cookie', () => {
  const at = (now: number) => createSessions(createTokenBook(TOKENS), () => now);

  it('names its viewer until it ends, and not a moment longer', () => {
    const cookie = at(NOON).issue('operator');
    expect(at(NOON + SESSION_MS - 1).read(cookie)).toEqual({ tokenId: 'operator', until: NOON + SESSION_MS });
    expect(at(NOON + SESSION_MS).read(cookie)).toBeUndefined();
  });

  it('holds no secret', () => {
    expect(at(NOON).issue('operator')).not.toContain('secret');
  });

  it('outlives a restart, because nothing of it is kept in memory', () => {
    expect(at(NOON + 1).read(at(NOON).issue('town-07'))?.tokenId).toBe('town-07');
  });

  it('cannot be turned into another reader’s or a longer one', () => {
    const [version, , until, mac] = at(NOON).issue('operator').split('.');
    const other = Buffer.from('town-07').toString('base64url');
    expect(at(NOON).read([version, other, until, mac].join('.'))).toBeUndefined();
    const id = Buffer.from('operator').toString('base64url');
    expect(at(NOON).read([version, id, String(Number(until) + 1), mac].join('.'))).toBeUndefined();
  });

  it('dies with its token', () => {
    const cookie = at(NOON).issue('operator');
    const changed = createTokenBook([{ id: 'operator', secret: 'another-secret-0000000000001' }]);
    expect(createSessions(changed, () => NOON).read(cookie)).toBeUndefined();
    expect(createSessions(createTokenBook(TOKENS.slice(1)), () => NOON).read(cookie)).toBeUndefined();
  });

  it.each(['', 'v1', 'v1...', 'v2.a.1.b', '.'.repeat(300)])('is not read from rubbish "%s"', (rubbish) => {
    expect(at(NOON).read(rubbish)).toBeUndefined();
  });

  it('is found among other cookies by its exact name', () => {
    expect(cookieOf('a=1; xrisk_console=2; risk_console=v1.x=y; b=3', 'risk_console')).toBe('v1.x=y');
    expect(cookieOf(undefined, 'risk_console')).toBeUndefined();
  });
});

describe('the limit on wrong tokens', () => {
  it('refuses the eleventh try within a minute, and lets the address in again after it', () => {
    let now = NOON;
    const limit = createFailureLimit(() => now);
    for (let failure = 1; failure <= 10; failure++) {
      expect(limit.waitMs('10.0.0.1')).toBe(0);
      limit.failed('10.0.0.1');
    }
    expect(limit.waitMs('10.0.0.1')).toBe(60_000);
    expect(limit.waitMs('10.0.0.2')).toBe(0);
    now += 60_000;
    expect(limit.waitMs('10.0.0.1')).toBe(0);
    limit.failed('10.0.0.1');
    expect(limit.waitMs('10.0.0.1')).toBe(0);
  });

  it('forgets the oldest address rather than growing without end', () => {
    const limit = createFailureLimit(() => NOON);
    for (let failure = 0; failure < 10; failure++) limit.failed('first');
    for (let address = 0; address < 10_000; address++) limit.failed(`address-${address}`);
    expect(limit.waitMs('first')).toBe(0);
  });
});
