import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';

/** The standard variables that say whether traces are exported; the SDK reads them and its other `OTEL_…` ones by itself. */
export interface TracingEnv {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_SDK_DISABLED?: string | undefined;
}

/** Headers as HTTP or Kafka gives them; `traceparent` and `tracestate` (W3C Trace Context) are read. */
export type TraceCarrier = Readonly<Record<string, string | readonly string[] | Buffer | undefined>>;

/** A message of a topic, with its place in a partition. */
export interface TracedMessage {
  readonly headers: TraceCarrier;
  readonly offset: number;
}

/** What a span tells beside its name. */
export type SpanFacts = Readonly<Record<string, string | number>>;

/** A collector that does not answer must not hold a stop up. */
const FLUSH_DEADLINE_MS = 2_000;

let exporting = false;

/**
 * Exports spans by OTLP over HTTP when an endpoint is set; else loads nothing, and everything here does next to nothing.
 * @returns sends what waits and ends
 */
export async function startTracing(service: string, env: TracingEnv): Promise<() => Promise<void>> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || env.OTEL_SDK_DISABLED === 'true') return async () => undefined;
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const provider = new NodeTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES stand above the name of the app.
    resource: resources
      .resourceFromAttributes({ 'service.name': service })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  exporting = true;
  return async () => {
    exporting = false;
    await Promise.race([provider.shutdown(), sleep(FLUSH_DEADLINE_MS, undefined, { ref: false })]);
  };
}

/** Runs `work` in a span that goes on with the trace of the request's headers, or begins one. */
export async function inServerSpan<T>(name: string, headers: TraceCarrier, work: () => Promise<T>): Promise<T> {
  if (!exporting) return work();
  const parent = propagation.extract(ROOT_CONTEXT, headers, GETTER);
  return trace.getTracer('risk').startActiveSpan(name, { kind: SpanKind.SERVER }, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Headers that carry the running span on to whoever reads the message; undefined when there is none. */
export function traceHeaders(): Readonly<Record<string, string>> | undefined {
  if (!exporting) return undefined;
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** A span from `began` (epoch ms) until now for each message that carries a trace. */
export function spansOfMessages(
  name: string,
  messages: readonly TracedMessage[],
  began: number,
  facts: SpanFacts,
): void {
  if (!exporting) return;
  for (const message of messages)
    if (message.headers['traceparent'] !== undefined) startMessageSpan(name, message, facts, began).end();
}

/** A span of what a message leads to; `headers` carry it on. It is exported once it has ended. */
export interface MessageSpan {
  readonly headers: Readonly<Record<string, string>>;
  end(): void;
}

/** Begins a span that goes on with the trace of a message; undefined where nothing is exported. */
export function beginMessageSpan(
  name: string,
  { headers, offset }: TracedMessage,
  facts: SpanFacts,
): MessageSpan | undefined {
  if (!exporting) return undefined;
  const span = startMessageSpan(name, { headers, offset }, facts);
  const onward: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), onward);
  return { headers: onward, end: () => span.end() };
}

function startMessageSpan(
  name: string,
  { headers, offset }: TracedMessage,
  facts: SpanFacts,
  startTime?: number,
): Span {
  const attributes = { ...facts, 'messaging.kafka.offset': offset };
  const options = { kind: SpanKind.CONSUMER, attributes, ...(startTime === undefined ? {} : { startTime }) };
  return trace.getTracer('risk').startSpan(name, options, propagation.extract(ROOT_CONTEXT, headers, GETTER));
}

const GETTER = {
  keys: (carrier: TraceCarrier): string[] => Object.keys(carrier),
  get(carrier: TraceCarrier, key: string): string | undefined {
    const value = carrier[key];
    return value === undefined ? undefined : String(value);
  },
};
