import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiToken } from '#libs/service';

/** Who looks: the id of the token is what the read audit names. */
export interface Viewer {
  readonly tokenId: string;
  /** When the sign-in ends, epoch ms; null for a bearer token, which lasts as long as it is configured. */
  readonly until: number | null;
}

/** Knows the configured tokens and answers whose secret was shown. */
export interface TokenBook {
  /** The id of the token with this secret, or undefined. Takes the same time whichever token matches, or none. */
  idOf(shownSecret: string): string | undefined;
  secretOf(id: string): string | undefined;
}

/** Throws when two tokens share an id or a secret: the audit could not tell their readers apart. */
export function createTokenBook(tokens: readonly ApiToken[]): TokenBook {
  const secrets = new Map(tokens.map(({ id, secret }) => [id, secret]));
  if (secrets.size !== tokens.length || new Set(secrets.values()).size !== tokens.length) {
    throw new Error('RISK_API_TOKENS names one id or one secret twice; give each reader a token of its own');
  }
  // Digests under a key of this process have one length, so the comparison reveals neither length nor prefix.
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const entries = tokens.map(({ id, secret }) => ({ id, digest: digest(secret) }));
  return {
    idOf(shownSecret) {
      const shown = digest(shownSecret);
      let found: string | undefined;
      for (const entry of entries) if (timingSafeEqual(entry.digest, shown)) found = entry.id;
      return found;
    },
    secretOf: (id) => secrets.get(id),
  };
}
