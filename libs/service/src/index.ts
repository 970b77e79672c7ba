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
export { startHealthServer, type HealthServer } from './health-server.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { beginMessageSpan, inServerSpan, spansOfMessages, startTracing, traceHeaders } from './tracing.ts';
export { runService, type RunningService } from './run-service.ts';
export { isTransientSocketCode } from './socket-codes.ts';
export { createStartUp, type Dependency, type StartUp } from './start-up.ts';
