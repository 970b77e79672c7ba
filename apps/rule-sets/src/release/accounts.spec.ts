import { hash } from 'node:crypto';
import { RefusedError } from '../refused.ts';
import { proveAccount, type KnownAccount } from './accounts.ts';

const LI: KnownAccount = { name: 'li', role: 'model-administrator', tokenSha256: hash('sha256', 'secret-of-li') };

describe('an account', () => {
  it('is proven by its token and comes without it', () => {
    expect(proveAccount([LI], 'li', 'secret-of-li')).toEqual({ name: 'li', role: 'model-administrator' });
  });

  it('is refused alike for an unknown name and for a wrong token', () => {
    const message = (name: string, token: string): string => {
      try {
        proveAccount([LI], name, token);
        return 'proven';
      } catch (error) {
        expect(error).toBeInstanceOf(RefusedError);
        return (error as Error).message.replace(name, '…');
      }
    };
    expect(message('li', 'wrong')).toBe(message('wang', 'secret-of-li'));
  });

  it('is refused without a token, and nobody acts where none is known', () => {
    expect(() => proveAccount([LI], 'li', undefined)).toThrow('set RISK_RELEASE_TOKEN');
    expect(() => proveAccount([], 'li', 'secret-of-li')).toThrow('RISK_RELEASE_ACCOUNTS');
  });
});
