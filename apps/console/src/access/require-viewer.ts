import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { sendProblem } from '../http/problem.ts';
import type { FailureLimit } from './failure-limit.ts';
import { cookieOf, SESSION_COOKIE, type Sessions } from './session-cookie.ts';
import type { TokenBook, Viewer } from './token-book.ts';

export interface Access {
  readonly book: TokenBook;
  readonly sessions: Sessions;
  readonly failures: FailureLimit;
}

const viewers = new WeakMap<Request, Viewer>();

/** The viewer of a request that has passed `requireViewer`; throws on one that has not. */
export function viewerOf(request: Request): Viewer {
  const viewer = viewers.get(request);
  if (viewer === undefined) throw new Error(`${request.method} ${request.path} was answered without a viewer`);
  return viewer;
}

/**
 * Denies by default: whatever `isOpen` does not name needs a bearer token or a session cookie, routes that do not exist too.
 * It runs before body parsing and routing, so no handler can forget it.
 */
export function requireViewer(access: Access, isOpen: (method: string, path: string) => boolean): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (isOpen(request.method, request.path)) return next();
    const cookie = cookieOf(request.headers.cookie, SESSION_COOKIE);
    const session = cookie === undefined ? undefined : access.sessions.read(cookie);
    if (session !== undefined) {
      viewers.set(request, session);
      return next();
    }
    const shown = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (shown === undefined)
      return refuse(response, 'a token is needed: Authorization: Bearer, or sign in with POST /session');
    const tokenId = idOfToken(access, request, response, shown);
    if (tokenId === undefined) return;
    viewers.set(request, { tokenId, until: null });
    next();
  };
}

/** The id of a shown token; a wrong one is counted against its address and answered with 401, or 429 after ten a minute. */
export function idOfToken(access: Access, request: Request, response: Response, shown: string): string | undefined {
  const address = request.socket.remoteAddress ?? 'unknown';
  const waitMs = access.failures.waitMs(address);
  if (waitMs > 0) {
    response.set('Retry-After', String(Math.ceil(waitMs / 1000)));
    sendProblem(response, 429, 'too_many_failures', 'too many wrong tokens from this address; try again later');
    return undefined;
  }
  const tokenId = access.book.idOf(shown);
  if (tokenId !== undefined) return tokenId;
  access.failures.failed(address);
  refuse(response, 'the token is not known here');
  return undefined;
}

function refuse(response: Response, message: string): void {
  response.set('WWW-Authenticate', 'Bearer');
  sendProblem(response, 401, 'unauthorised', message);
}
