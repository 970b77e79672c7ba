-- positions: the latest slim position of each enterprise, one row for one message of risk.positions.v1.
--
-- ENGINE    ReplacingMergeTree(version). version orders outputs of an enterprise as the scorer does: by the offset of
--           the input record applied last, then by the ordinal at that offset. It is not the output's own offset, so that
--           a rebuilt output topic goes on; 2^24 ordinals for an offset and 2^40 offsets fit. A message repeated or
--           arriving late after a restart loses against what is there.
-- ORDER BY  enterprise: point look-ups. Schemes are nested, not rows of their own: a scheme that no longer rates an
--           enterprise (注销: it left the directory) must vanish with the same message. current_class unfolds them.
-- PARTITION none: one row for each enterprise. TTL none.
CREATE TABLE IF NOT EXISTS positions
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    `schemes.scheme_id`        Array(LowCardinality(String)) COMMENT '分类方案 schemes that rate the enterprise',
    `schemes.score`            Array(Int32) COMMENT '风险分值 milli-points, higher = riskier',
    `schemes.risk_class`       Array(Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4))) COMMENT '等级 rolling class, A lowest risk; null: not in the scored population',
    `schemes.group_points`     Array(Map(LowCardinality(String), Int32)) COMMENT 'Points of each indicator group, milli-points',
    rule_set                   LowCardinality(String) COMMENT '规则集 id@version',
    evidence_level             LowCardinality(String) COMMENT '证据水平 how much is known; no data is not low risk',
    town                       LowCardinality(Nullable(String)) COMMENT '镇街 nine-digit code',
    industry                   LowCardinality(Nullable(String)) COMMENT '行业 GB/T 4754 code',
    registered_at              Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '成立日期',
    status                     LowCardinality(Nullable(String)) COMMENT '登记状态',
    as_of                      DateTime64(3, 'Asia/Shanghai') COMMENT 'As-of moment of the assessment',
    next_review_at             Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT 'Next moment at which time alone may change the score; null: never',
    synthetic                  Bool COMMENT 'True: made-up data',
    sequence_offset            UInt64 COMMENT 'Offset of the input record applied last',
    sequence_ordinal           UInt32 COMMENT 'Ordinal among the outputs at that offset',
    version                    UInt64 MATERIALIZED sequence_offset * 16777216 + sequence_ordinal COMMENT 'Order among positions of the enterprise',
    log_partition              UInt16 COMMENT 'Partition of risk.positions.v1',
    log_offset                 UInt64 COMMENT 'Offset there',
    record_time                DateTime64(3, 'Asia/Shanghai') COMMENT 'CreateTime of the message',
    inserted_at                DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'Clock of the server at the insert'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (subject_scheme, subject_value)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT '企业画像 latest position of each enterprise with all its schemes; read with FINAL, or through current_class';

-- class_changes: every change of a rolling class, one row for one message of risk.class-changed.v1.
--
-- ENGINE    ReplacingMergeTree without a version: the id derives from the input, so a replay writes the same row again.
-- ORDER BY  enterprise, scheme, sequence: the history of one enterprise, its last entry last. A city makes a few hundred
--           thousand changes a year; the feed's "newest first" reads one eight-byte column of them.
-- PARTITION none, for that volume. TTL none: what class an enterprise had, and why, must stay answerable.
CREATE TABLE IF NOT EXISTS class_changes
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme',
    change_id                  String COMMENT 'Deterministic id of the change' CODEC(ZSTD(1)),
    class_from                 Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4)) COMMENT 'Class before; null: first classification',
    class_to                   Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4)) COMMENT 'Class now, A lowest risk; null: it left the scored population (注销、迁出…)',
    direction                  Enum8('FIRST' = 0, 'WORSENED' = 1, 'IMPROVED' = 2, 'LEFT' = 3) COMMENT 'First, worsened, improved, or left the scored population',
    score_before               Nullable(Int32) COMMENT 'Score before, milli-points',
    score_after                Int32 COMMENT 'Score now, milli-points, higher = riskier',
    `reasons.indicator`        Array(LowCardinality(String)) COMMENT '理由 codes of indicators, floors, direct determinations; most points first',
    `reasons.kind`             Array(Enum8('INDICATOR' = 1, 'FLOOR' = 2, 'DIRECT' = 3)) COMMENT '指标, 底线, 直接判定',
    `reasons.points`           Array(Int32) COMMENT 'Milli-points of each reason',
    `reasons.fact_ids`         Array(Array(String)) COMMENT 'Facts behind each reason' CODEC(ZSTD(1)),
    rule_set                   LowCardinality(String) COMMENT '规则集 id@version',
    cause                      Enum8('EVENT' = 1, 'REVIEW' = 2, 'RULE_SET' = 3, 'OVERRIDE' = 4, 'MODEL_CHANGED' = 5) COMMENT 'What brought it about: a record, time, another rule set, a manual change, another engine version',
    cause_record_id            Nullable(String) COMMENT 'Record id of the input; null for a review' CODEC(ZSTD(1)),
    effective_at               DateTime64(3, 'Asia/Shanghai') COMMENT 'As-of moment of the assessment',
    town                       LowCardinality(Nullable(String)) COMMENT '镇街 nine-digit code at that time',
    industry                   LowCardinality(Nullable(String)) COMMENT '行业 GB/T 4754 code at that time',
    synthetic                  Bool COMMENT 'True: made-up data',
    correlation_id             Nullable(String) COMMENT 'Correlation id of the input' CODEC(ZSTD(1)),
    input_topic                LowCardinality(String) COMMENT 'Topic of the input record applied last',
    input_partition            UInt16 COMMENT 'Its partition',
    input_offset               UInt64 COMMENT 'Its offset',
    sequence_offset            UInt64 COMMENT 'Order among outputs of the enterprise: offset',
    sequence_ordinal           UInt32 COMMENT 'Order among outputs of the enterprise: ordinal',
    log_partition              UInt16 COMMENT 'Partition of risk.class-changed.v1',
    log_offset                 UInt64 COMMENT 'Offset there',
    record_time                DateTime64(3, 'Asia/Shanghai') COMMENT 'CreateTime of the message',
    inserted_at                DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'Clock of the server at the insert'
)
ENGINE = ReplacingMergeTree
ORDER BY (subject_scheme, subject_value, scheme_id, sequence_offset, sequence_ordinal, change_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT '等级变化 history of rolling classes; read with FINAL';

-- warnings: every warning raised, one row for one message of risk.warnings.v1.
-- Engine, order and retention as class_changes, for the same reasons: id derived from the input, read by enterprise.
CREATE TABLE IF NOT EXISTS warnings
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    warning_id                 String COMMENT 'Deterministic id of the warning' CODEC(ZSTD(1)),
    level                      Enum8('RED' = 1, 'ORANGE' = 2, 'YELLOW' = 3, 'BLUE' = 4) COMMENT '预警级别 RED is the most urgent',
    rule                       LowCardinality(String) COMMENT 'Warning rule of the rule set',
    text                       String COMMENT '预警内容' CODEC(ZSTD(1)),
    scheme_id                  LowCardinality(Nullable(String)) COMMENT '分类方案 scheme, where the rule belongs to one',
    occurred_at                DateTime64(3, 'Asia/Shanghai') COMMENT 'As-of moment at which the rule held',
    cause_record_id            Nullable(String) COMMENT 'Record id of the input; null for a review' CODEC(ZSTD(1)),
    rule_set                   LowCardinality(String) COMMENT '规则集 id@version',
    synthetic                  Bool COMMENT 'True: made-up data',
    sequence_offset            UInt64 COMMENT 'Order among outputs of the enterprise: offset',
    sequence_ordinal           UInt32 COMMENT 'Order among outputs of the enterprise: ordinal',
    log_partition              UInt16 COMMENT 'Partition of risk.warnings.v1',
    log_offset                 UInt64 COMMENT 'Offset there',
    record_time                DateTime64(3, 'Asia/Shanghai') COMMENT 'CreateTime of the message',
    inserted_at                DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'Clock of the server at the insert'
)
ENGINE = ReplacingMergeTree
ORDER BY (subject_scheme, subject_value, sequence_offset, sequence_ordinal, warning_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT '预警 warnings raised; read with FINAL';

-- rule_set_activations: which rule set decided from when on, one row for each partition of the log.
-- ENGINE ReplacingMergeTree, sort key = position in the log: a repeated insert collapses. Tens of rows; no TTL.
CREATE TABLE IF NOT EXISTS rule_set_activations
(
    rule_set_id                LowCardinality(String) COMMENT '规则集 id',
    rule_set_version           String COMMENT 'Version',
    sha256                     String COMMENT 'SHA-256 of the rule-set file, 64 hex digits',
    activation_id              String COMMENT 'The same in every partition',
    activated_at               DateTime64(3, 'Asia/Shanghai') COMMENT 'Moment stated in the record',
    log_partition              UInt16 COMMENT 'Partition of enterprise.events.v1',
    log_offset                 UInt64 COMMENT 'Offset there: from here on this rule set decides in this partition',
    record_time                DateTime64(3, 'Asia/Shanghai') COMMENT 'CreateTime of the record',
    applied_at                 DateTime64(3, 'Asia/Shanghai') COMMENT 'Stream time of the partition when it was applied',
    inserted_at                DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'Clock of the server at the insert'
)
ENGINE = ReplacingMergeTree
ORDER BY (log_partition, log_offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT '规则集启用 activations of rule sets; read with FINAL';
