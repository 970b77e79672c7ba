import { EventPattern, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { runSink, type KafkaConnection, type Sink, type SinkBatch, type SinkOptions } from '#libs/stream';

/** Declares a Nest handler as the one that stores the batches of a topic. */
export const SinkTopic = (topic: string): MethodDecorator => EventPattern(topic) as MethodDecorator;

export type SinkServerOptions = Omit<SinkOptions, 'topics' | 'handle'>;

/**
 * The batch consumer as a transport of Nest: Nest's Kafka transport takes one message at a time and commits by itself.
 * A handler gets a SinkBatch and answers when it is durable; the offset is committed after that.
 */
export class SinkServer extends Server implements CustomTransportStrategy {
  readonly #connection: KafkaConnection;
  readonly #options: SinkServerOptions;
  #sink: Sink | undefined;

  constructor(connection: KafkaConnection, options: SinkServerOptions) {
    super();
    this.#connection = connection;
    this.#options = options;
  }

  listen(callback: (error?: unknown) => void): void {
    const topics = [...this.messageHandlers.keys()];
    runSink(this.#connection, { ...this.#options, topics, handle: (batch) => this.#handle(batch) }).then((sink) => {
      this.#sink = sink;
      callback();
    }, callback);
  }

  async close(): Promise<void> {
    await this.#sink?.stop();
  }

  sink(): Sink | undefined {
    return this.#sink;
  }

  override on(): never {
    throw new Error('the sink emits no events of its own');
  }

  override unwrap<T>(): T {
    return this.#sink as T;
  }

  async #handle(batch: SinkBatch): Promise<{ readonly metadata?: string }> {
    const handler: MessageHandler | null = this.getHandlerByPattern(batch.topic);
    if (handler === null) throw new Error(`no handler for ${batch.topic}`);
    const answer: unknown = await handler(batch, undefined);
    const stream = this.transformToObservable(answer);
    return (await lastValueFrom(stream, { defaultValue: {} })) as { readonly metadata?: string };
  }
}
