import { z } from 'zod';
import { parseEnv } from '#libs/service';

const intakeSchema = z.object({
  RISK_INTAKE_URL: z.url('expected http(s)://host:port'),
  RISK_INTAKE_TOKEN: z.string().regex(/^[^\s:,]{24,}$/u, 'expected the secret of a token in intake’s RISK_API_TOKENS'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

export type TrickleEnv = z.infer<typeof intakeSchema>;

/** Where live events are sent to and who sends them; throws EnvError with every fault at once. */
export function trickleEnv(): TrickleEnv {
  return parseEnv(intakeSchema, process.env);
}
