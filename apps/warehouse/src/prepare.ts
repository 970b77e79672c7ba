import { RegistryUnavailableError, type AvroRegistry } from '#libs/stream';
import { retryTransient } from '#libs/warehouse-client';

export interface Prepare {
  /** Resolves when the schemas of the values are known. Waits for a registry that is away; rejects only when stopped. */
  values(values: readonly (Buffer | null)[]): Promise<void>;
  /** True while the registry does not answer: why the service is not ready. */
  waiting(): boolean;
  stop(): void;
}

/** Schema look-ups that outlast a registry: what cannot be looked up now is no dead letter. */
export function createPrepare(
  registry: Pick<AvroRegistry, 'prepare'>,
  onRetry: (fields: { readonly attempt: number; readonly delayMs: number; readonly err: unknown }) => void,
): Prepare {
  const abort = new AbortController();
  let waiting = false;
  return {
    waiting: () => waiting,
    stop: () => abort.abort(new Error('the warehouse is stopping')),
    async values(values) {
      await retryTransient(() => registry.prepare(values), {
        attempts: Number.POSITIVE_INFINITY,
        initialDelayMs: 200,
        maxDelayMs: 5_000,
        signal: abort.signal,
        isTransient: (error) => error instanceof RegistryUnavailableError,
        onRetry: ({ attempt, delayMs, error }) => {
          waiting = true;
          onRetry({ attempt, delayMs, err: error });
        },
      });
      waiting = false;
    },
  };
}
