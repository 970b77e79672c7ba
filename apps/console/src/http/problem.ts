import type { Response } from 'express';

/** What every refusal looks like: a stable code for programs, a sentence for people, never a stack or a query. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** A refusal that a controller decides; anything else that is thrown is answered as 500 without its text. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Refusal';
  }
}

export function sendProblem(response: Response, status: number, code: string, message: string): void {
  const problem: Problem = { code, message };
  response.status(status).set('Cache-Control', 'no-store').json({ error: problem });
}
