import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from '#libs/service';
import { Refusal, sendProblem } from './problem.ts';

/** Turns every error of a request into one shape; unknown ones are logged whole and answered without their text. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof Refusal) {
      if (error.status >= 500) this.logger.error({ err: error.cause ?? error, code: error.code }, error.message);
      return sendProblem(response, error.status, error.code, error.message);
    }
    if (error instanceof HttpException) {
      return sendProblem(response, error.getStatus(), 'http', error.message);
    }
    const bodyStatus = statusOfBodyError(error);
    if (bodyStatus !== undefined)
      return sendProblem(response, bodyStatus, 'body', 'the body is not JSON, or too large');
    this.logger.error({ err: error }, 'a request failed');
    sendProblem(response, 500, 'internal', 'the console failed; its log has the reason');
  }
}

/** Express's body parser marks its own errors with a 4xx status. */
function statusOfBodyError(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || !('type' in error)) return undefined;
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500 ? error.status : undefined;
}
