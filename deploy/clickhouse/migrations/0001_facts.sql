-- facts: every record about an enterprise that enterprise.events.v1 ever held, one row each.
--
-- ENGINE    ReplacingMergeTree without a version. The sort key ends with the log position, so only a repeated insert of
--           the same record collapses (the warehouse repeats what it had not committed). It never collapses by fact:
--           every revision stays, because a score must be recomputable as known on any day.
-- ORDER BY  enterprise, fact, register, revision, log position: all readings start from an enterprise (explain a score)
--           or walk all enterprises in order (recompute the city), and the fold wants revisions of a register together.
-- PARTITION none. Every reading of one enterprise would touch every month, and a history load writes many months in one
--           insert. Nothing is dropped by month either.
-- TTL       none. A fact counts for years, and the log it projects is kept for ever; erasure is a decision about the log.
-- TIMES     DateTime64(3, 'Asia/Shanghai'): stored as UTC milliseconds; the zone says how they print and where a day
--           begins. Legal dates are Shanghai days (a date is 00:00 there), so toDate(occurred_at) must be that day;
--           with UTC columns each analyst would be one day off until eight in the morning.
-- fsync     The offset is committed after the insert; without fsync a power cut would lose rows that nobody sends again.
-- GRANULE   1024 rows: one enterprise has tens of rows, and `attributes` makes a granule of 8192 megabytes to unpack.
CREATE TABLE IF NOT EXISTS facts
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key: uscc, or a scheme of the source',
    subject_value              String COMMENT '主体标识 key of the enterprise in that scheme, e.g. 统一社会信用代码',
    fact_id                    FixedString(32) COMMENT 'Fact id, 32 hex digits; the same in all registers and revisions of a fact' CODEC(ZSTD(1)),
    register                   Enum8('CONTENT' = 1, 'STANDING' = 2, 'PUBLICITY' = 3, 'PERFORMANCE' = 4, 'DISPUTE' = 5) COMMENT '登记簿 register of the fact that this record restates: 内容, 效力, 公示, 履行, 异议',
    revision                   Int64 COMMENT 'Revision of the register; the greatest counts, then the greatest record_id' CODEC(ZSTD(1)),
    revision_kind              Enum8('SOURCE_NUMBER' = 1, 'SOURCE_UPDATED_AT' = 2, 'FILE_PERIOD' = 3) COMMENT 'Where the revision comes from',
    record_id                  FixedString(32) COMMENT 'Idempotency key of the record, 32 hex digits; tie-break between equal revisions' CODEC(ZSTD(1)),
    record_type                LowCardinality(String) COMMENT 'Record type that states it, e.g. PenaltyDecided, FactStatusChanged; of a carried record the original one',
    fact_type                  LowCardinality(String) COMMENT '事实类型 id in the catalogue schemas/facts, e.g. penalty.decision',
    source                     LowCardinality(String) COMMENT '来源系统 source system',
    authority                  LowCardinality(String) COMMENT '机关 authority that decided or holds the fact',
    number                     String COMMENT '文号 natural number, normalised' CODEC(ZSTD(1)),
    first_stated_scheme        LowCardinality(String) COMMENT 'Scheme of the subject under which the fact was first stated',
    first_stated_value         String COMMENT 'Key of the subject under which the fact was first stated' CODEC(ZSTD(1)),
    occurred_at                DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 decided or happened; a date is 00:00' CODEC(ZSTD(1)),
    effective_at               Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '生效时间 taking effect; null: with occurred_at' CODEC(ZSTD(1)),
    published_at               Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '公示时间 published; null: not published or not known' CODEC(ZSTD(1)),
    received_at                DateTime64(3, 'Asia/Shanghai') COMMENT '接收时间 received by this system' CODEC(ZSTD(1)),
    date_precision             Enum8('DAY' = 1, 'MOMENT' = 2) COMMENT 'Whether the source stated a day or a time of day',
    code_system                LowCardinality(Nullable(String)) COMMENT '代码系统 code system of all source codes in the record',
    code_system_version        LowCardinality(Nullable(String)) COMMENT 'Version of the code system',
    case_number                Nullable(String) COMMENT '案号 shared by facts of one incident' CODEC(ZSTD(1)),
    mapping                    LowCardinality(Nullable(String)) COMMENT 'Mapping that made the record from a file row',
    mapping_version            LowCardinality(Nullable(String)) COMMENT 'Version of that mapping',
    purpose                    LowCardinality(String) COMMENT '使用目的 purpose of processing',
    synthetic                  Bool COMMENT 'True: made-up data for demonstration or test',
    correlation_id             String COMMENT 'Request, file or run that brought the record' CODEC(ZSTD(1)),
    causation_id               Nullable(String) COMMENT 'Record id of the record that caused this one' CODEC(ZSTD(1)),
    carried_from_scheme        LowCardinality(Nullable(String)) COMMENT 'Scheme of the subject the fact was carried from (合并, 换码)',
    carried_from_value         Nullable(String) COMMENT 'Key of the subject the fact was carried from' CODEC(ZSTD(1)),
    attributes                 String COMMENT 'JSON: everything the record states, flat, nulls left out; money in fen 分, times in epoch ms; for the other registers value, effectiveAt, until, reason' CODEC(ZSTD(1)),
    status_value               LowCardinality(Nullable(String)) COMMENT 'State of the register for FactStatusChanged, e.g. REMOVED 移出, RETRACTED 撤销更正, REPAIRED 修复',
    status_effective_at        Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT 'From when the state holds',
    status_until               Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT 'Until when, exclusive; null: until restated',
    status_reason              Nullable(String) COMMENT 'Reason as stated' CODEC(ZSTD(1)),
    log_partition              UInt16 COMMENT 'Partition of enterprise.events.v1',
    log_offset                 UInt64 COMMENT 'Offset in that partition' CODEC(ZSTD(1)),
    record_time                DateTime64(3, 'Asia/Shanghai') COMMENT 'CreateTime of the record in the log' CODEC(ZSTD(1)),
    applied_at                 DateTime64(3, 'Asia/Shanghai') COMMENT 'Stream time of the partition when the record was applied. Known at K = applied_at <= K' CODEC(ZSTD(1)),
    inserted_at                DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'Clock of the server at the insert; not part of the truth'
)
ENGINE = ReplacingMergeTree
ORDER BY (subject_scheme, subject_value, fact_id, register, revision, log_partition, log_offset)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT '事实流水 append-only log of all records about enterprises; read with FINAL, or through fact_records and facts_current';
