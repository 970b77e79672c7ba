export type * from './generated/records.ts';
export type { AvroNode, AvroSchema } from './compose.ts';
export { AVRO_OPTIONS, RECORD_SCHEMAS } from './record-schemas.ts';
export type { RecordSchema } from './record-schemas.ts';
export { fullNameOf, isControlRecord, keyOf, subjectOf, toLogRecord } from './records.ts';
export { CONTROL_NAMES, EVENT_NAMES, registrySubject, TOPIC_LIST, TOPICS } from './topics.ts';
export type { TopicDeclaration, TopicKey } from './topics.ts';
