import { createHash, timingSafeEqual } from 'node:crypto';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { ApiToken } from '#libs/service';
import type { Request } from 'express';
import { Problem } from './problem.ts';

/** A request whose token was recognised; `tokenId` is what logs and audits name. */
export type AuthenticatedRequest = Request & { tokenId: string };

/** Lets only bearers of a configured token in. Every token is compared, in constant time, so that answers tell nothing of secrets. */
export class BearerGuard implements CanActivate {
  private readonly digests: readonly { readonly id: string; readonly digest: Buffer }[];

  constructor(tokens: readonly ApiToken[]) {
    this.digests = tokens.map(({ id, secret }) => ({ id, digest: digestOf(secret) }));
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const shown = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const id = shown === undefined ? undefined : this.bearerOf(shown);
    if (id === undefined)
      throw new Problem(401, 'Unauthorized', 'send Authorization: Bearer <secret> of a token in RISK_API_TOKENS', {
        headers: { 'www-authenticate': 'Bearer realm="intake"' },
      });
    request.tokenId = id;
    return true;
  }

  private bearerOf(shown: string): string | undefined {
    const digest = digestOf(shown);
    return this.digests.filter((candidate) => timingSafeEqual(candidate.digest, digest))[0]?.id;
  }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
