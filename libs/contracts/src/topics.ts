/**
 * What the key of a topic is: the subject as `scheme:value`, the load id, the rule set as `id@version`, or the key of the
 * record that was set aside.
 */
export type TopicKey = 'SUBJECT' | 'LOAD_ID' | 'RULE_SET' | 'ORIGINAL';

export interface TopicDeclaration {
  readonly name: string;
  /** One sentence for operators and for schemas/asyncapi.yaml. */
  readonly purpose: string;
  readonly key: TopicKey;
  /** Fixed for good: the state of a key lives where its partition lives. */
  readonly partitions: number;
  /** Broker configuration; values are strings as the admin protocol wants them. */
  readonly config: Readonly<Record<string, string>>;
  /** Full names of the Avro records; empty for dead letters, which keep the original bytes. */
  readonly records: readonly string[];
}

const PARTITIONS = 12;

/** Kept for ever; no codec that kafkajs cannot read may get in, whatever the producer uses. */
const KEPT = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'compression.type': 'uncompressed',
  'message.timestamp.type': 'CreateTime',
  // Segments roll by record time, a week by default: a load of three years would leave 150 files in each partition, and a
  // fetch never reads across one. By size alone, then (100 years).
  'segment.ms': '3155760000000',
};
/** Stream time is the greatest record time seen: a record from the future would fire reviews too early. */
const INPUT = { ...KEPT, 'message.timestamp.after.max.ms': '60000' };
/** A record as large as its own topic takes, with the headers that say why it is here. */
const SET_ASIDE = { ...KEPT, 'max.message.bytes': '2097152' };
const COMPACTED = {
  'cleanup.policy': 'compact',
  'compression.type': 'uncompressed',
  'message.timestamp.type': 'CreateTime',
};

const EVENTS = 'enterprise.events.v1';
const POSITIONS = 'risk.positions.v1';
const CLASS_CHANGES = 'risk.class-changed.v1';
const WARNINGS = 'risk.warnings.v1';
const RULE_SET_RELEASES = 'risk.rule-set-releases.v1';

/** Record types about an enterprise: `{ envelope, content }`, keyed by subject. */
export const EVENT_NAMES = [
  'EnterpriseRegistered',
  'EnterpriseChanged',
  'EnterpriseDeregistered',
  'PenaltyDecided',
  'AbnormalListed',
  'SeriousViolationListed',
  'InspectionCompleted',
  'ComplaintAccepted',
  'ReportVerified',
  'LicenceGranted',
  'AnnualReportFiled',
  'JudgmentDefaulterListed',
  'FactRecorded',
  'FactStatusChanged',
  'DerivedFactRecorded',
  'OverrideSet',
  'EnterpriseLinked',
  'FactCarried',
] as const;

/** Records that steer the log itself: `{ recordId, at, … }`, key null, written to every partition explicitly. */
export const CONTROL_NAMES = [
  'ClockTick',
  'RuleSetActivated',
  'CalendarActivated',
  'HistoryLoadStarted',
  'HistoryLoadEnded',
] as const;

const event = (name: string) => `enterprise.events.${name}`;

function deadLetters(source: string, group: string, partitions = PARTITIONS): TopicDeclaration {
  return {
    name: `${source}.${group}.dlt`,
    purpose: `Records of ${source} that ${group} could not process, with their original key, value and headers.`,
    key: 'ORIGINAL',
    partitions,
    config: SET_ASIDE,
    records: [],
  };
}

/** Every topic of the product; nothing else names a topic, creates one or says what is in it. */
export const TOPICS = {
  events: {
    name: EVENTS,
    purpose: 'Canonical events about enterprises: the truth from which scores, classes and ClickHouse are derived.',
    key: 'SUBJECT',
    partitions: PARTITIONS,
    config: INPUT,
    records: [...EVENT_NAMES, ...CONTROL_NAMES].map(event),
  },
  positions: {
    name: POSITIONS,
    purpose: 'Latest slim position of each enterprise; the full read for a new subscriber.',
    key: 'SUBJECT',
    partitions: PARTITIONS,
    config: COMPACTED,
    records: ['risk.PositionUpdated'],
  },
  classChanged: {
    name: CLASS_CHANGES,
    purpose: 'Which enterprise moved from which risk class to which, why, and by which rule set.',
    key: 'SUBJECT',
    partitions: PARTITIONS,
    config: KEPT,
    records: ['risk.ClassChanged'],
  },
  warnings: {
    name: WARNINGS,
    purpose: 'Early warnings raised by the warning rules of the rule set.',
    key: 'SUBJECT',
    partitions: PARTITIONS,
    config: KEPT,
    records: ['risk.WarningRaised'],
  },
  ruleSetReleases: {
    name: RULE_SET_RELEASES,
    purpose:
      'Who checked, proposed, approved, activated and retired which rule set; each step holds the hash of the one before.',
    key: 'RULE_SET',
    // One order over all rule sets: the chain of hashes has one last step.
    partitions: 1,
    config: KEPT,
    records: ['risk.RuleSetReleaseStep'],
  },
  historyLoads: {
    name: 'enterprise.history-loads.v1',
    purpose: 'Whether a history load is open; written before its first bracket and after its last.',
    key: 'LOAD_ID',
    partitions: 1,
    config: COMPACTED,
    records: [event('HistoryLoadAnnounced')],
  },
  eventsScorerDeadLetters: deadLetters(EVENTS, 'scorer'),
  eventsWarehouseDeadLetters: deadLetters(EVENTS, 'warehouse'),
  positionsWarehouseDeadLetters: deadLetters(POSITIONS, 'warehouse'),
  classChangedWarehouseDeadLetters: deadLetters(CLASS_CHANGES, 'warehouse'),
  warningsWarehouseDeadLetters: deadLetters(WARNINGS, 'warehouse'),
  ruleSetReleasesWarehouseDeadLetters: deadLetters(RULE_SET_RELEASES, 'warehouse', 1),
} as const satisfies Record<string, TopicDeclaration>;

/** The same as a list, for creating and checking topics. */
export const TOPIC_LIST: readonly TopicDeclaration[] = Object.values(TOPICS);

/** Registry subject of one record type in one topic (TopicRecordNameStrategy). */
export function registrySubject(topic: string, fullName: string): string {
  return `${topic}-${fullName}`;
}
