import { setTimeout } from 'node:timers/promises';
import type { CityEvent } from './recorder.ts';

/** What became of how many events. */
export interface Counts {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** What intake answered for a batch. */
export interface Receipt extends Counts {
  /** Of what was accepted or is a duplicate: the log has these records. */
  readonly recordIds: readonly string[];
  /** What was wrong with the first refused event, in words. */
  readonly firstFault: string | undefined;
}

/** Intake will not take what this client sends however often it is repeated. */
export class IntakeRefusedError extends Error {
  override readonly name = 'IntakeRefusedError';
}

export interface IntakeClient {
  /**
   * Sends a batch until intake has taken it. While intake is away or a load of the past is open it waits and tries again
   * for as long as it takes; a repeated batch has no second effect. Throws IntakeRefusedError when intake refuses the
   * token or the form of the request, and the signal's reason when it is aborted.
   */
  send(events: readonly CityEvent[], signal: AbortSignal): Promise<Receipt>;
}

const WAIT_MS = { least: 250, most: 5_000 };
const TIMEOUT_MS = 30_000;

export function createIntakeClient(
  { url, token }: { readonly url: string; readonly token: string },
  onWait: (reason: string) => void,
): IntakeClient {
  const endpoint = new URL('/v1/events', url);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  const post = (body: string, signal: AbortSignal): Promise<Response> =>
    fetch(endpoint, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });

  return {
    async send(events, signal) {
      const body = JSON.stringify(events);
      for (let wait = WAIT_MS.least; ; wait = Math.min(wait * 2, WAIT_MS.most)) {
        const reason = await post(body, signal).then(
          (response) => receiptOrReason(response),
          (error: unknown) => {
            signal.throwIfAborted();
            return `${endpoint.origin} does not answer: ${causeOf(error)}`;
          },
        );
        if (typeof reason !== 'string') return reason;
        onWait(reason);
        await setTimeout(wait, undefined, { signal });
      }
    },
  };
}

async function receiptOrReason(response: Response): Promise<Receipt | string> {
  const text = await response.text();
  if (response.status === 503 || response.status === 429) return `intake answers ${response.status}: ${detailOf(text)}`;
  if (response.status !== 200 && response.status !== 207 && response.status !== 422)
    throw new IntakeRefusedError(`intake answers ${response.status}: ${detailOf(text)}`);
  const { accepted, duplicate, rejected, results } = JSON.parse(text) as Counts & {
    readonly results: readonly {
      readonly recordId?: string;
      readonly faults?: readonly { readonly message: string }[];
    }[];
  };
  return {
    accepted,
    duplicate,
    rejected,
    recordIds: results.flatMap(({ recordId }) => recordId ?? []),
    firstFault: results.find(({ faults }) => faults !== undefined)?.faults?.[0]?.message,
  };
}

function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // not a problem document: the text itself says what it is
  }
  return text.slice(0, 200);
}

/** fetch says only "fetch failed"; the cause has the code. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
}
