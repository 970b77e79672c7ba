import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ApiToken, Logger } from '#libs/service';
import { createFailureLimit } from './access/failure-limit.ts';
import { requireViewer, type Access } from './access/require-viewer.ts';
import { ACCESS, SECURE_COOKIE, SessionController } from './access/session.controller.ts';
import { createSessions } from './access/session-cookie.ts';
import { createTokenBook } from './access/token-book.ts';
import { OpenApiController } from './api/openapi.controller.ts';
import { ReadsController } from './api/reads.controller.ts';
import { FEED_HUB, FeedController } from './feed/feed.controller.ts';
import type { FeedHub } from './feed/feed-hub.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { securityHeaders } from './http/security-headers.ts';
import { staticPage } from './http/static-page.ts';
import { AuditedReads } from './reads/audited-reads.ts';

export interface ConsoleDeps {
  readonly tokens: readonly ApiToken[];
  readonly reads: AuditedReads;
  readonly hub: FeedHub;
  readonly logger: Logger;
  /** The session cookie travels over TLS only; false where the console listens on loopback itself. */
  readonly secureCookie: boolean;
  now(): number;
}

@Module({})
class ConsoleModule {
  static of(deps: ConsoleDeps, access: Access): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [SessionController, ReadsController, FeedController, OpenApiController],
      providers: [
        { provide: ACCESS, useValue: access },
        { provide: SECURE_COOKIE, useValue: deps.secureCookie },
        { provide: AuditedReads, useValue: deps.reads },
        { provide: FEED_HUB, useValue: deps.hub },
      ],
    };
  }
}

/**
 * The console's HTTP application, not yet listening. Headers come first, then the refusal of everyone unknown,
 * then bodies and routes: a route can neither be open by mistake nor make the server parse a stranger's body.
 */
export async function createConsoleApp(deps: ConsoleDeps): Promise<NestExpressApplication> {
  const book = createTokenBook(deps.tokens);
  const access: Access = {
    book,
    sessions: createSessions(book, deps.now),
    failures: createFailureLimit(deps.now),
  };
  const page = staticPage();
  const isOpen = (method: string, path: string): boolean =>
    method === 'POST' ? path === '/session' : (method === 'GET' || method === 'HEAD') && page.has(path);

  const app = await NestFactory.create<NestExpressApplication>(ConsoleModule.of(deps, access), {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(securityHeaders);
  app.use(requireViewer(access, isOpen));
  app.use(page.serve);
  app.useBodyParser('json', { limit: '4kb' });
  app.useGlobalFilters(new ProblemFilter(deps.logger));
  return app;
}
