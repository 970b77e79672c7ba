export { connectLog } from './log.ts';
export type { Log, PartitionRange, StoredRecord } from './log.ts';
export { controlMessage, controlRecordId, eventMessage } from './log-message.ts';
export type { LogMessage, RecordEncoder } from './log-message.ts';
export { announce, announcementOf, readLoads } from './history-announcements.ts';
export type { RecordCodec } from './history-announcements.ts';
