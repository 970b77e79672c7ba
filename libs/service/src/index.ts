export {
  parseEnv,
  EnvError,
  kafkaEnv,
  registryEnv,
  clickhouseEnv,
  serviceEnv,
  apiTokensEnv,
  type ApiToken,
} from './env-schema.ts';
export { createLogger, type Logger } from './logger.ts';
export { packageRoot, packageVersion } from './package-root.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { beginMessageSpan, inServerSpan, spansOfMessages, traceHeaders } from './tracing.ts';
export { runService, type Service, type ServiceTools } from './run-service.ts';
export { isTransientSocketCode } from './socket-codes.ts';
export { type AtEnd, type Dependency } from './start-up.ts';
