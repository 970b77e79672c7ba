import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom, throwError, type Observable } from 'rxjs';
import type { Chunk } from './chunk.ts';
import type { KeyedStreamOptions } from './keyed-stream-options.ts';
import { KeyedStreamProcessor } from './keyed-stream-processor.ts';
import type { StreamStatus } from './stream-status.ts';

/** Declares a Nest handler as the processor of a topic: it gets a Chunk, prepares its bytes and calls `chunk.replay(…)`. */
export const KeyedStream = (topic: string): MethodDecorator => EventPattern(topic) as MethodDecorator;

/** Lets the error that a handler threw reach the transport; Nest's own filter would replace it by "Internal server error". */
@Catch()
export class OriginalErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * The keyed processor as a transport of Nest. Nest's Kafka transport takes one message at a time and commits by itself;
 * this one alone owns transaction, state and commit, and calls a handler once for each chunk.
 */
export class KeyedStreamServer<S> extends Server implements CustomTransportStrategy {
  readonly #options: KeyedStreamOptions<S>;
  #processor: KeyedStreamProcessor<S> | undefined;

  constructor(options: KeyedStreamOptions<S>) {
    super();
    this.#options = options;
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    if (this.getHandlerByPattern(this.normalizePattern(pattern as string)) !== null) {
      throw new Error(
        `a second handler for ${String(pattern)}: a keyed stream has one, because one transaction holds its effects`,
      );
    }
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    const topics = [...this.messageHandlers.keys()];
    const [topic] = topics;
    const handler = topic === undefined ? null : this.getHandlerByPattern(topic);
    if (topic === undefined || handler === null || topics.length !== 1) {
      callback(new Error(`a keyed stream needs exactly one @KeyedStream handler, found ${topics.length}`));
      return;
    }
    this.#processor = new KeyedStreamProcessor<S>(topic, this.#options, (chunk) => this.#call(handler, chunk));
    this.#processor.start().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.#processor?.stop();
  }

  streamStatus(): StreamStatus | undefined {
    return this.#processor?.status();
  }

  override on(): never {
    throw new Error('a keyed stream emits no events of its own; give it onEvent');
  }

  override unwrap<T>(): T {
    return this.#processor as T;
  }

  async #call(handler: MessageHandler, chunk: Chunk<S>): Promise<void> {
    const result: unknown = await handler(chunk, undefined);
    const stream = this.transformToObservable(result);
    if (stream !== undefined) await lastValueFrom(stream, { defaultValue: undefined });
  }
}
