import { z } from 'zod';
import { Refusal } from '../http/problem.ts';

/** Parses a query string or path by a schema; the answer to a wrong one is 400 with every fault. */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Refusal(400, 'request', faults.join('; '));
}

const moment = z.iso
  .datetime({ offset: true, error: 'expected a moment, ISO 8601 with a zone, e.g. 2026-01-31T00:00:00+08:00' })
  .transform((text) => Date.parse(text))
  .optional();

export const changesQuery = z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) });
export const searchQuery = z.object({
  query: z.string().trim().min(1, 'expected the beginning of a code, or a name').max(100),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export const enterprisePath = z.object({
  scheme: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'expected a scheme such as uscc'),
  value: z.string().min(1).max(128),
});
export const explanationQuery = z.object({ asOf: moment, knownAt: moment });
