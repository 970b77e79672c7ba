import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TokenBook, Viewer } from './token-book.ts';

export const SESSION_COOKIE = 'risk_console';
/** One working day: nobody signs in twice a day, and a forgotten browser is signed out by the next. */
export const SESSION_MS = 12 * 60 * 60 * 1000;

/**
 * A cookie that holds no secret: `v1.<token id>.<end>.<mac>`, the mac keyed by the token's own secret.
 * It outlives a restart of the console and dies with its token.
 */
export interface Sessions {
  issue(tokenId: string): string;
  /** The viewer, or undefined when the cookie is forged, over, or of a token that is no longer configured. */
  read(cookie: string): Viewer | undefined;
}

export function createSessions(book: TokenBook, now: () => number = Date.now): Sessions {
  return {
    issue(tokenId) {
      const secret = book.secretOf(tokenId);
      if (secret === undefined) throw new Error(`no token ${tokenId} is configured; a session needs one`);
      const until = now() + SESSION_MS;
      return `v1.${Buffer.from(tokenId).toString('base64url')}.${until}.${macOf(secret, tokenId, until)}`;
    },
    read(cookie) {
      const [version, encodedId, untilText, mac, ...rest] = cookie.split('.');
      if (version !== 'v1' || encodedId === undefined || mac === undefined || rest.length > 0) return undefined;
      const tokenId = Buffer.from(encodedId, 'base64url').toString();
      const until = Number(untilText);
      const secret = book.secretOf(tokenId);
      if (secret === undefined || !Number.isSafeInteger(until) || until <= now()) return undefined;
      return sameText(macOf(secret, tokenId, until), mac) ? { tokenId, until } : undefined;
    },
  };
}

function macOf(secret: string, tokenId: string, until: number): string {
  return createHmac('sha256', secret).update(`risk-console-session\n${tokenId}\n${until}`).digest('base64url');
}

function sameText(expected: string, shown: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(shown)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The value of one cookie of a `Cookie` header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
