import type { EnterpriseEvent, EventOf, EventType, Subject } from './generated/records.ts';
import { idOf } from './identity.ts';
import { keyOf } from './records.ts';
import { EVENT_NAMES } from './topics.ts';

type Carryable = Exclude<EventType, 'FactCarried' | 'EnterpriseLinked'>;
type CarriedContent = EventOf<'FactCarried'>['content'];
type CarriedField = Exclude<keyof CarriedContent, 'recordType'>;

const CARRYABLE = EVENT_NAMES.filter(
  (name): name is Carryable => name !== 'FactCarried' && name !== 'EnterpriseLinked',
);
const FIELD_OF: ReadonlyMap<string, CarriedField> = new Map(
  CARRYABLE.map((name) => [name, (name[0] as string).toLowerCase() + name.slice(1)] as [string, CarriedField]),
);
const NOTHING = Object.fromEntries([...FIELD_OF.values()].map((field) => [field, null])) as unknown as Omit<
  CarriedContent,
  'recordType'
>;

/**
 * The record as FactCarried for the subject that goes on: same fact id, register, revision and times. Its record id
 * derives from the record first received and the new subject, so that a fact carried twice, or round in a circle,
 * keeps one id for each subject. Returns undefined for a link, which belongs to its own subject.
 */
export function carryTo(event: EnterpriseEvent, to: Subject): EventOf<'FactCarried'> | undefined {
  const { type, envelope, content } = uncarried(event);
  const field = FIELD_OF.get(type);
  if (!field) return undefined;
  const first = event.type === 'FactCarried' ? (envelope.causationId ?? envelope.recordId) : envelope.recordId;
  return {
    type: 'FactCarried',
    envelope: {
      ...envelope,
      recordId: idOf('carried', first, keyOf(to)),
      subject: to,
      causationId: first,
      carriedFrom: envelope.subject,
    },
    content: { ...NOTHING, recordType: type, [field]: content },
  };
}

/**
 * What a carried record states, as if it had been stated of its new subject; any other event as it is.
 * Throws a RangeError when the record does not hold the content it names.
 */
export function uncarried(event: EnterpriseEvent): Exclude<EnterpriseEvent, { type: 'FactCarried' }> {
  if (event.type !== 'FactCarried') return event;
  const { recordType } = event.content;
  const field = FIELD_OF.get(recordType);
  const content = field && event.content[field];
  if (!content) {
    throw new RangeError(`FactCarried ${event.envelope.recordId} names ${recordType} but does not hold its content`);
  }
  return { type: recordType, envelope: event.envelope, content } as Exclude<EnterpriseEvent, { type: 'FactCarried' }>;
}
