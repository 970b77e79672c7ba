import { z } from 'zod';

/** Every fault of the configuration at once: names and rules, never a value, because a value may be a secret. */
export class EnvError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`the configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'EnvError';
  }
}

/** Parses the environment by a zod object; throws EnvError with one line for each faulty variable. */
export function parseEnv<S extends z.ZodObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<S> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${messageOf(issue, present)}`));
}

function messageOf(issue: z.core.$ZodIssue, env: Readonly<Record<string, unknown>>): string {
  const name = issue.path.join('.');
  if (issue.code === 'invalid_type' && env[name] === undefined) return 'is not set; it has no default';
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const MAX_PORT = 65_535;
const port = z.coerce.number('must be a port number').int().min(0).max(MAX_PORT);

const isHostAndPort = (broker: string): boolean => {
  const [, port] = /^[^\s,:]+:(\d{1,5})$/.exec(broker) ?? [];
  return port !== undefined && Number(port) <= MAX_PORT;
};
const brokers = z
  .string()
  .transform((list) => list.split(',').map((broker) => broker.trim()))
  .refine((list) => list.every(isHostAndPort), 'expected host:port[,host:port]');

/** Connection to Kafka; TLS and SASL are off unless set. */
export const kafkaEnv = {
  KAFKA_BROKERS: brokers,
  KAFKA_SSL: flag.default(false),
  KAFKA_SSL_CA_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
};

/** Connection to the schema registry (the Confluent REST interface). */
export const registryEnv = {
  SCHEMA_REGISTRY_URL: z.url('expected http(s)://host:port[/path]'),
  SCHEMA_REGISTRY_USERNAME: z.string().optional(),
  SCHEMA_REGISTRY_PASSWORD: z.string().optional(),
};

/** Connection to ClickHouse over HTTP. */
export const clickhouseEnv = {
  CLICKHOUSE_URL: z.url('expected http(s)://host:port'),
  CLICKHOUSE_USER: z.string(),
  CLICKHOUSE_PASSWORD: z.string(),
  CLICKHOUSE_DATABASE: z.string().default('risk'),
};

/** What every process has: where it answers for its health, and how much it logs. */
export const serviceEnv = {
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: port.default(0),
  /** Traces are exported where one of the two is set; more of OpenTelemetry's own variables hold too. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url('expected http(s)://host:port').optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url('expected http(s)://host:port/path').optional(),
  OTEL_SDK_DISABLED: z.string().optional(),
};

/** A bearer of access to data: `id` is what the audit names, `secret` is what the caller shows. */
export interface ApiToken {
  readonly id: string;
  readonly secret: string;
}

/** Tokens of an HTTP interface: `id:secret[,id:secret]`, each secret at least 24 characters. */
export const apiTokensEnv = {
  RISK_API_TOKENS: z
    .string()
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .refine(
      (entries) => entries.every((entry) => /^[A-Za-z0-9._-]+:[^\s:,]{24,}$/.test(entry)),
      'expected id:secret[,id:secret], each secret at least 24 characters',
    )
    .transform((entries): readonly ApiToken[] =>
      entries.map((entry) => ({ id: entry.slice(0, entry.indexOf(':')), secret: entry.slice(entry.indexOf(':') + 1) })),
    ),
};
