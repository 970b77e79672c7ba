export {
  connectKafka,
  kafkaOptionsOf,
  type KafkaConnection,
  type KafkaEnvironment,
  type KafkaOptions,
} from './kafka-connection.ts';
export {
  connectRegistry,
  registerSchemas,
  registryOptionsOf,
  RegistryUnavailableError,
  UndecodableError,
  type AvroRegistry,
  type DecodedRecord,
  type RecordSchema,
  type RegistryOptions,
} from './avro-registry.ts';
export { kafkaDependency, registryDependency } from './dependencies.ts';
export { createTopics, topicOffsets, topicSettings, type PartitionRange, type TopicSpec } from './topics.ts';
export { committedOffsets, type CommittedOffsets } from './committed-offsets.ts';
export { partitionOf } from './partition-of.ts';
export { createLogWriter, createTransactionalWriter, type TransactionalWriter } from './log-writer.ts';
export type { OutgoingMessage } from './outgoing-message.ts';
export type { LogWriter } from './serial-writer.ts';
export { keepReading, type KeptReading } from './keep-reading.ts';
export { readTopic, type ReadTopicOptions, type TopicReading, type TopicRecord } from './read-topic.ts';
export { runSink, type Sink, type SinkBatch, type SinkOptions, type SinkRecord } from './sink.ts';
export { Chunk, type ChunkFunctions } from './keyed/chunk.ts';
export {
  DeadLetterLimit,
  deadLetterOf,
  deadLetterTopic,
  DEFAULT_LIMITS,
  sourceOffsetOf,
  type DeadLetterLimits,
} from './keyed/dead-letters.ts';
export {
  isDeadLetter,
  markIn,
  markOf,
  replayOf,
  sourceOf,
  type Mark,
  type MarkKind,
  type Place,
} from './keyed/dead-letter-marks.ts';
export type { KeyedStreamOptions } from './keyed/keyed-stream-options.ts';
export type { StreamStatus } from './keyed/stream-status.ts';
export { KeyedStreamProcessor } from './keyed/keyed-stream-processor.ts';
export { KeyedStream, KeyedStreamServer, OriginalErrors } from './keyed/keyed-stream-server.ts';
export type { Moment, Outcome, Output, ReadAgain, TraceStep } from './keyed/outcome.ts';
export type { ChunkReport, RenewalOptions } from './keyed/runtime-options.ts';
export type { Held, StateCodec } from './keyed/partition-state.ts';
export {
  installSnapshot,
  listSnapshots,
  SnapshotDamagedError,
  verifySnapshot,
  type SnapshotManifest,
  type StoreSnapshot,
} from './keyed/store-snapshot.ts';
export { storePath } from './keyed/state-store.ts';
export { lockStateDirectory } from './keyed/state-lock.ts';
export type { Since } from './keyed/since.ts';
