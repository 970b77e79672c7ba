import { composeSchema } from './compose.ts';
import type { AvroNode } from './compose.ts';
import { AVRO_TYPES } from './generated/avro-types.ts';
import { registrySubject, TOPIC_LIST } from './topics.ts';

export interface RecordSchema {
  readonly topic: string;
  /** Short name, for instance PenaltyDecided; for events and control records it is the `type`. */
  readonly name: string;
  /** Full name in Avro, for instance enterprise.events.PenaltyDecided; what a writer encodes by. */
  readonly fullName: string;
  /** Registry subject: `<topic>-<fullName>`. */
  readonly subject: string;
  /** Self-contained Avro schema, equal to the newest released version. */
  readonly schema: AvroNode;
}

/** Every record type of every topic with its schema; what a process registers at start. */
export const RECORD_SCHEMAS: readonly RecordSchema[] = TOPIC_LIST.flatMap((topic) =>
  topic.records.map((fullName) => ({
    topic: topic.name,
    name: fullName.slice(fullName.lastIndexOf('.') + 1),
    fullName,
    subject: registrySubject(topic.name, fullName),
    schema: composeSchema(fullName, AVRO_TYPES),
  })),
);

/**
 * Options for `avro.Type.forSchema(schema, AVRO_OPTIONS)`, the ones the TypeScript types are generated for: unions are
 * plain values (all are null | X, or told apart by their JavaScript type), times are plain numbers (epoch ms), records
 * carry no methods. Longs are exact to 2^52 either side; avsc 5.7 writes a lesser negative wrong without a word.
 */
export const AVRO_OPTIONS = { wrapUnions: 'never', omitRecordMethods: true } as const;
