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
  RegistryUnavailableError,
  UndecodableError,
  type AvroRegistry,
  type DecodedRecord,
  type RecordSchema,
  type RegistryOptions,
} from './avro-registry.ts';
export { createTopics, topicOffsets, type PartitionRange, type TopicSpec } from './topics.ts';
export { partitionOf } from './partition-of.ts';
export {
  createLogWriter,
  createTransactionalWriter,
  type LogWriter,
  type OutgoingMessage,
  type TransactionalWriter,
} from './log-writer.ts';
export { readTopic, type ReadTopicOptions, type TopicReading, type TopicRecord } from './read-topic.ts';
export { runSink, type Sink, type SinkBatch, type SinkOptions, type SinkRecord } from './sink.ts';
