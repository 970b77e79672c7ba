import { pino, type Logger as Pino } from 'pino';

export type Logger = Pino;

/** JSON lines on standard output with fixed field names; never a payload, a person's name or a connection string. */
export function createLogger(service: string, level: string = 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['*.password', '*.secret', '*.token', '*.authorization'], censor: '[hidden]' },
  });
}
