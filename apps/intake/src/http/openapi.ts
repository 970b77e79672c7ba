import { eventSchemas, type JsonSchema } from './event-schemas.ts';

const VERSION = '1.0.0';

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonSchema): object => ({ 'application/json': { schema } });
const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});

const RESULT_CODES: Readonly<Record<string, string>> = {
  200: 'Every event is in the log, or was there.',
  207: 'Some events are in the log, some are refused.',
  422: 'Every event is refused.',
};

/** The OpenAPI 3.1 document of the service, made from the catalogue of fact types. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'intake: events about enterprises',
      version: VERSION,
      description:
        'Takes facts about enterprises (市场主体) into the event log. Each event is judged on its own; what is accepted is in the log when the answer comes. Sending an event again has no second effect.',
    },
    security: [{ bearer: [] }],
    paths: {
      '/v1/events': {
        post: {
          operationId: 'postEvents',
          summary: 'Sends one or many events.',
          parameters: [
            { name: 'X-Correlation-Id', in: 'header', schema: { type: 'string', pattern: '^[\\w.:-]{1,64}$' } },
          ],
          requestBody: {
            required: true,
            content: {
              ...json({
                anyOf: [
                  ref('Event'),
                  { type: 'array', items: ref('Event') },
                  {
                    type: 'object',
                    required: ['events'],
                    properties: { events: { type: 'array', items: ref('Event') } },
                  },
                ],
              }),
              'application/x-ndjson': { schema: { type: 'string', description: 'One event a line.' } },
            },
          },
          responses: {
            ...Object.fromEntries(
              Object.entries(RESULT_CODES).map(([code, description]) => [
                code,
                { description, content: json(ref('EventResults')) },
              ]),
            ),
            400: problem('The body is not JSON (with line and column), not UTF-8, or holds no event.'),
            401: problem('No token, or one that is not known.'),
            413: problem('The body, or the number of events, is too large.'),
            415: problem('The body is neither application/json nor application/x-ndjson, or it is compressed.'),
            503: problem(
              'The log does not acknowledge, or a load of the past is open: send the same again after Retry-After.',
            ),
          },
        },
      },
      '/v1/fact-types': {
        get: {
          operationId: 'getFactTypes',
          summary: 'The catalogue of fact types, code lists and code systems.',
          responses: {
            200: { description: 'The catalogue.', content: json({ type: 'object' }) },
            401: problem('No token.'),
          },
        },
      },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { ...eventSchemas(), ...ANSWERS },
    },
  };
}

const HEX: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{32}$' };

const ANSWERS: Readonly<Record<string, JsonSchema>> = {
  Fault: {
    type: 'object',
    required: ['field', 'rule', 'message'],
    properties: {
      field: { type: 'string', description: 'Path in the event.' },
      rule: { type: 'string', description: 'Stable name of the rule.' },
      message: { type: 'string', description: 'What is wrong and what would be right.' },
    },
  },
  EventResult: {
    type: 'object',
    required: ['index', 'outcome'],
    properties: {
      index: { type: 'integer', minimum: 0 },
      outcome: { enum: ['accepted', 'duplicate', 'rejected'] },
      recordId: HEX,
      factId: HEX,
      faults: { type: 'array', items: ref('Fault') },
    },
  },
  EventResults: {
    type: 'object',
    required: ['accepted', 'duplicate', 'rejected', 'results'],
    properties: {
      accepted: { type: 'integer' },
      duplicate: { type: 'integer' },
      rejected: { type: 'integer' },
      results: { type: 'array', items: ref('EventResult') },
    },
  },
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'detail'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      line: { type: 'integer' },
      column: { type: 'integer' },
      historyLoad: { type: 'string' },
    },
  },
};
