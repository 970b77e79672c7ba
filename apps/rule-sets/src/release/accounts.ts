import { hash, timingSafeEqual } from 'node:crypto';
import { RefusedError } from '../refused.ts';

/** 模型管理员 checks, tries, proposes and activates; 批准人 approves, rejects and retires. No account has both roles. */
export type Role = 'model-administrator' | 'approver';

export interface Account {
  readonly name: string;
  readonly role: Role;
}

export interface KnownAccount extends Account {
  readonly tokenSha256: string;
}

/** The account of this name, proven by its token. Throws RefusedError, which tells an unknown name and a wrong token alike. */
export function proveAccount(known: readonly KnownAccount[], name: string, token: string | undefined): Account {
  if (known.length === 0) throw new RefusedError('nobody may act: RISK_RELEASE_ACCOUNTS names no account');
  if (token === undefined) throw new RefusedError(`set RISK_RELEASE_TOKEN to the token of ${name}`);
  const account = known.find((each) => each.name === name);
  const shown = hash('sha256', token, 'buffer');
  // An unknown name costs the same comparison.
  const wanted = Buffer.from(account?.tokenSha256 ?? '0'.repeat(64), 'hex');
  if (!timingSafeEqual(shown, wanted) || account === undefined) {
    throw new RefusedError(`RISK_RELEASE_TOKEN is not the token of an account ${name} in RISK_RELEASE_ACCOUNTS`);
  }
  return { name: account.name, role: account.role };
}
