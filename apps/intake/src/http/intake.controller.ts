import { randomUUID } from 'node:crypto';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { inServerSpan } from '#libs/service';
import type { EventResult } from '../accept-events.ts';
import type { Closed, OpenLoads } from '../open-loads.ts';
import type { AuthenticatedRequest } from './bearer.guard.ts';
import { factTypesDocument } from './fact-types.ts';
import { openApiDocument } from './openapi.ts';
import { Problem } from './problem.ts';
import { eventsOf, readBody } from './request-body.ts';

/** What the routes need of the service behind them. */
export interface IntakeDesk {
  readonly maxBodyBytes: number;
  readonly maxEvents: number;
  /** Why no events are taken now, if none are. */
  readonly closed: OpenLoads['closed'];
  /** Judges and writes events; rejects with UnavailableError when the log does not answer. */
  accept(events: readonly unknown[], correlationId: string): Promise<readonly EventResult[]>;
  accepted(tokenId: string, correlationId: string, results: readonly EventResult[]): void;
}

/** The log does not take events now, or did not acknowledge in time; they may be sent again without a second effect. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

export const INTAKE_DESK = Symbol('IntakeDesk');

const RETRY_SECONDS = '5';
const RETRY_AFTER_LOAD_SECONDS = '60';
const CORRELATION_ID = /^[\w.:-]{1,64}$/;

/** Behind the bearer guard of the whole interface, like everything that takes or shows data. */
@Controller()
export class IntakeController {
  constructor(@Inject(INTAKE_DESK) private readonly desk: IntakeDesk) {}

  /** Takes one or many events; see schemas/openapi/intake.yaml. */
  @Post('v1/events')
  async postEvents(@Req() request: AuthenticatedRequest, @Res() response: Response): Promise<void> {
    const contentType = request.headers['content-type'];
    const events = eventsOf(await readBody(request, this.desk.maxBodyBytes), contentType, this.desk.maxEvents);
    refuseWhile(this.desk.closed());
    const correlationId = correlationIdOf(request);
    const results = await inServerSpan('POST /v1/events', request.headers, () =>
      this.desk.accept(events, correlationId).catch(unavailable),
    );
    this.desk.accepted(request.tokenId, correlationId, results);
    const count = (outcome: EventResult['outcome']): number => results.filter((r) => r.outcome === outcome).length;
    const [accepted, duplicate, rejected] = [count('accepted'), count('duplicate'), count('rejected')];
    response
      .status(statusOf(rejected, results.length))
      .set('x-correlation-id', correlationId)
      .json({ accepted, duplicate, rejected, results });
  }

  /** The catalogue of fact types, with their attributes. */
  @Get('v1/fact-types')
  factTypes(@Res() response: Response): void {
    response.json(factTypesDocument());
  }

  @Get('openapi.json')
  openApi(@Res() response: Response): void {
    response.json(openApiDocument());
  }
}

function correlationIdOf(request: AuthenticatedRequest): string {
  const stated = request.headers['x-correlation-id'];
  return typeof stated === 'string' && CORRELATION_ID.test(stated) ? stated : randomUUID();
}

function refuseWhile(closed: Closed | undefined): void {
  if (closed === undefined) return;
  const { reason, historyLoad } = closed;
  if (historyLoad === undefined) unavailable(new UnavailableError(`${reason}; send the events again`));
  throw new Problem(503, 'Service Unavailable', `${reason}; send the events when it has ended`, {
    headers: { 'retry-after': RETRY_AFTER_LOAD_SECONDS },
    members: { historyLoad },
  });
}

function unavailable(error: unknown): never {
  if (!(error instanceof UnavailableError)) throw error;
  throw new Problem(503, 'Service Unavailable', error.message, { headers: { 'retry-after': RETRY_SECONDS } });
}

/** 200: all are in the log; 207: some are; 422: none is. */
function statusOf(rejected: number, all: number): number {
  if (rejected === 0) return 200;
  return rejected === all ? 422 : 207;
}
