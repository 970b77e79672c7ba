import { TOPICS } from '#libs/contracts';
import { controlMessage, controlRecordId, type Log, type LogMessage, type RecordEncoder } from '#libs/event-log';

/** With which rule sets, in the order of assessment, and which calendar of working days a log begins. */
export interface LogOpening {
  readonly ruleSets: readonly { readonly id: string; readonly version: string; readonly sha256: string }[];
  readonly calendar: { readonly id: string; readonly version: string };
}

const EVENTS_TOPIC = TOPICS.events.name;

/** Fences every other opener, so that two of them never both find the log empty. */
export const OPENING_TRANSACTIONAL_ID = 'enterprise.events.v1-opening';

/**
 * Makes sure the log begins with its rule sets and a calendar in each partition: writes both, in one transaction, when the
 * log has no record yet, and nothing otherwise. Answers whether it wrote.
 */
export function openLog(log: Log, encoder: RecordEncoder, opening: LogOpening, at: number): Promise<boolean> {
  return log.appendTogether(OPENING_TRANSACTIONAL_ID, async () => {
    if (!(await isEmpty(log, EVENTS_TOPIC))) return undefined;
    const partitions = (await log.ranges(EVENTS_TOPIC)).map(({ partition }) => partition);
    return {
      topic: EVENTS_TOPIC,
      messages: partitions.flatMap((partition) => openingMessages(encoder, opening, at, partition)),
    };
  });
}

/** The first records of a partition. Their ids name rule set, calendar, partition and moment: a repetition is a duplicate. */
export function openingMessages(
  encoder: RecordEncoder,
  opening: LogOpening,
  at: number,
  partition: number,
): LogMessage[] {
  const { ruleSets, calendar } = opening;
  const activations = ruleSets.map(({ id, version, sha256 }) => {
    const activationId = controlRecordId('opening', id, version, String(at));
    const recordId = controlRecordId('RuleSetActivated', activationId, String(partition));
    const activation = { recordId, at, ruleSetId: id, version, sha256, activationId, retired: false };
    return controlMessage(encoder, { type: 'RuleSetActivated', ...activation }, partition);
  });
  return [
    ...activations,
    controlMessage(
      encoder,
      {
        type: 'CalendarActivated',
        recordId: controlRecordId('CalendarActivated', calendar.id, calendar.version, String(at), String(partition)),
        at,
        calendarId: calendar.id,
        version: calendar.version,
      },
      partition,
    ),
  ];
}

/** True when no committed record is in the topic; what an aborted transaction left does not count. */
export async function isEmpty(log: Log, topic: string): Promise<boolean> {
  const ranges = await log.ranges(topic);
  if (ranges.every(({ low, high }) => low === high)) return true;
  let empty = true;
  await log.read(topic, () => {
    empty = false;
    return false;
  });
  return empty;
}
