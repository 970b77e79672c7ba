import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** The standard variables that say whether traces are exported; the SDK reads them and its other `OTEL_…` ones by itself. */
export interface TracingEnv {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_SDK_DISABLED?: string | undefined;
}

/** Headers as HTTP or Kafka gives them; `traceparent` and `tracestate` (W3C Trace Context) are read. */
export type TraceCarrier = Readonly<Record<string, string | readonly string[] | Buffer | undefined>>;

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
  messages: readonly { readonly headers: TraceCarrier; readonly offset: number }[],
  began: number,
  facts: SpanFacts,
): void {
  if (!exporting) return;
  for (const { headers, offset } of messages) {
    if (headers['traceparent'] === undefined) continue;
    const attributes = { ...facts, 'messaging.kafka.offset': offset };
    const parent = propagation.extract(ROOT_CONTEXT, headers, GETTER);
    trace.getTracer('risk').startSpan(name, { kind: SpanKind.CONSUMER, startTime: began, attributes }, parent).end();
  }
}

const GETTER = {
  keys: (carrier: TraceCarrier): string[] => Object.keys(carrier),
  get(carrier: TraceCarrier, key: string): string | undefined {
    const value = carrier[key];
    return value === undefined ? undefined : String(value);
  },
};
