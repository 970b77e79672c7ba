import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '#libs/service';
import type { Response } from 'express';

/** A refusal of a whole request, answered as application/problem+json (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly more: { readonly headers?: Readonly<Record<string, string>>; readonly members?: object } = {},
  ) {
    super(detail);
  }
}

/** Turns every error of a request into a problem document; what was not foreseen is logged and told as a bare 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    const { status, title, detail, more } = this.problemOf(error);
    response
      .status(status)
      .set(more.headers ?? {})
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title, status, detail, ...more.members }));
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException) return new Problem(error.getStatus(), error.name, error.message);
    this.logger.error({ err: error }, 'a request failed');
    return new Problem(500, 'Internal Server Error', 'the request failed; the log of the service says why');
  }
}
