-- Each scheme has a rule set of its own, a class may be set by two persons for a time (人工调整), and every step of the
-- release of a rule set is on record.
--
-- positions: more arrays of the nested schemes. The defaults give rows from before arrays as long as their siblings:
-- an ARRAY JOIN refuses arrays of unequal length, and an empty one would take those rows out of current_class. Such a row
-- names no rule set by scheme; there was one scheme, so the row's own rule set is the scheme's. current_class says it so.
ALTER TABLE positions
    ADD COLUMN IF NOT EXISTS `schemes.rule_set` Array(LowCardinality(String)) DEFAULT arrayMap(id -> '', `schemes.scheme_id`) COMMENT '规则集 of each scheme, id@version; empty in rows from before it was stated' AFTER `schemes.group_points`,
    ADD COLUMN IF NOT EXISTS `schemes.computed_class` Array(Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4))) DEFAULT arrayMap(id -> NULL, `schemes.scheme_id`) COMMENT '计算等级 class before a manual one; null: no manual class is in force' AFTER `schemes.rule_set`,
    ADD COLUMN IF NOT EXISTS `schemes.override_fact_id` Array(Nullable(String)) DEFAULT arrayMap(id -> NULL, `schemes.scheme_id`) COMMENT '人工调整 fact id of the manual class in force; null: none' AFTER `schemes.computed_class`;

ALTER TABLE positions COMMENT COLUMN IF EXISTS rule_set '规则集 id@version of the general scheme; schemes.rule_set has that of each';

ALTER TABLE class_changes
    ADD COLUMN IF NOT EXISTS computed_class Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4)) COMMENT '计算等级 class now before a manual one; null: no manual class is in force' AFTER correlation_id,
    ADD COLUMN IF NOT EXISTS override_fact_id Nullable(String) COMMENT '人工调整 fact id of the manual class in force now; null: none' CODEC(ZSTD(1)) AFTER computed_class;

ALTER TABLE rule_set_activations
    ADD COLUMN IF NOT EXISTS retired Bool DEFAULT false COMMENT '停用 true: the scheme of this rule set is no longer rated from here on' AFTER activated_at;

-- rule_set_releases: who checked, proposed, approved, activated and retired which rule set, one row for one message of
-- risk.rule-set-releases.v1.
--
-- ENGINE    ReplacingMergeTree without a version: a repeated insert of the same message collapses.
-- ORDER BY  position in the topic, not step_id: this is evidence. A message that repeats or contradicts an earlier one of
--           the same id must stand beside it, never in its place; and the chain of hashes runs in this order.
-- PARTITION none, TTL none: some ten rows for a release, kept for ever as the topic is.
CREATE TABLE IF NOT EXISTS rule_set_releases
(
    rule_set_id                LowCardinality(String) COMMENT '规则集 id',
    rule_set_version           String COMMENT 'Version',
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme that the rule set decides',
    sha256                     String COMMENT 'SHA-256 of the rule-set file, 64 hex digits: what was checked is what is approved and activated',
    step                       Enum8('CHECKED' = 1, 'DRY_RUN' = 2, 'PROPOSED' = 3, 'APPROVED' = 4, 'REJECTED' = 5, 'ACTIVATED' = 6, 'RETIRED' = 7) COMMENT '校验, 试算, 提请, 批准, 驳回, 启用, 停用',
    done_by                    String COMMENT '经办账号 account that did it',
    done_at                    DateTime64(3, 'Asia/Shanghai') COMMENT 'When',
    note                       String COMMENT '说明 what the person wrote; may be empty' CODEC(ZSTD(1)),
    activation_id              Nullable(String) COMMENT 'Activation, as in rule_set_activations; null: the step activates or retires nothing',
    previous                   Nullable(String) COMMENT 'Rule set of the scheme before, id@version: the way back; null: none',
    dry_run                    Nullable(String) COMMENT 'JSON report of a dry run 试算报告; null: the step is none' CODEC(ZSTD(3)),
    step_id                    String COMMENT 'Idempotency key of the step, 32 hex digits',
    previous_hash              Nullable(String) COMMENT 'Hash of the step before in the topic; null: the first step',
    hash                       String COMMENT 'SHA-256 over everything that the step states',
    log_partition              UInt16 COMMENT 'Partition of risk.rule-set-releases.v1: it has one',
    log_offset                 UInt64 COMMENT 'Offset there',
    record_time                DateTime64(3, 'Asia/Shanghai') COMMENT 'CreateTime of the message',
    inserted_at                DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'Clock of the server at the insert'
)
ENGINE = ReplacingMergeTree
ORDER BY (log_partition, log_offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT '规则集发布留痕 steps of releases of rule sets; read with FINAL, or through rule_set_release_steps';

-- What a reader of the releases wants besides the rows: whether each step names the one before it. That its own hash is
-- right needs the whole step as it was written; brokenReleaseChain of libs/contracts checks both from the topic.
CREATE OR REPLACE VIEW rule_set_release_steps
(
    position                   UInt64 COMMENT 'Place in the topic',
    rule_set                   String COMMENT '规则集 id@version',
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme',
    step                       LowCardinality(String) COMMENT 'CHECKED 校验, DRY_RUN 试算, PROPOSED 提请, APPROVED 批准, REJECTED 驳回, ACTIVATED 启用, RETIRED 停用',
    done_by                    String COMMENT '经办账号 account that did it',
    done_at                    DateTime64(3, 'Asia/Shanghai') COMMENT 'When',
    note                       String COMMENT '说明',
    previous                   Nullable(String) COMMENT 'Rule set of the scheme before, id@version: the way back',
    activation_id              Nullable(String) COMMENT 'Activation; join rule_set_activations',
    sha256                     String COMMENT 'SHA-256 of the rule-set file',
    dry_run                    Nullable(String) COMMENT 'JSON report of a dry run',
    follows                    Bool COMMENT 'True: it names the step before it, or repeats it; false: a step was dropped or inserted'
)
AS
SELECT
    position,
    rule_set,
    scheme_id,
    step,
    done_by,
    done_at,
    note,
    previous,
    activation_id,
    sha256,
    dry_run,
    CAST(before = hash OR before = ifNull(previous_hash, '') AS Bool) AS follows
FROM
(
    SELECT
        log_offset AS position,
        concat(rule_set_id, '@', rule_set_version) AS rule_set,
        scheme_id,
        toString(r.step) AS step,
        done_by,
        done_at,
        note,
        previous,
        activation_id,
        sha256,
        dry_run,
        hash,
        previous_hash,
        lagInFrame(hash, 1, '') OVER (ORDER BY log_offset ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS before
    FROM rule_set_releases AS r FINAL
)
ORDER BY position
COMMENT '规则集发布过程 steps of releases in order, each with whether it follows the one before';

CREATE OR REPLACE VIEW current_class
(
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme',
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    name                       Nullable(String) COMMENT '名称',
    risk_class                 Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4) COMMENT '等级 rolling class, A lowest risk; a manual one where it is in force',
    computed_class             Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4)) COMMENT '计算等级 class before a manual one; null: no manual class is in force',
    override_fact_id           Nullable(String) COMMENT '人工调整 fact id of the manual class in force; join facts_current.fact_id',
    score                      Int32 COMMENT '风险分值 milli-points, higher = riskier',
    group_points               Map(LowCardinality(String), Int32) COMMENT 'Points of each indicator group, milli-points',
    rule_set                   LowCardinality(String) COMMENT '规则集 of this scheme, id@version',
    evidence_level             LowCardinality(String) COMMENT '证据水平 how much is known; no data is not low risk',
    town                       Nullable(String) COMMENT '镇街 nine-digit code as the record states it',
    industry                   Nullable(String) COMMENT '行业 GB/T 4754 code',
    industry_section           Nullable(String) COMMENT '门类 section letter of GB/T 4754',
    registered_at              Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '成立日期',
    status                     Nullable(String) COMMENT '登记状态',
    as_of                      DateTime64(3, 'Asia/Shanghai') COMMENT 'As-of moment of the assessment',
    next_review_at             Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT 'Next moment at which time alone may change the score',
    synthetic                  Bool COMMENT 'True: made-up data'
)
AS
SELECT
    scheme_id,
    subject_scheme,
    subject_value,
    n.name AS name,
    assumeNotNull(p.risk_class) AS risk_class,
    p.computed_class AS computed_class,
    p.override_fact_id AS override_fact_id,
    score,
    group_points,
    if(p.rule_set_of_scheme = '', p.rule_set, p.rule_set_of_scheme) AS rule_set,
    evidence_level,
    p.town AS town,
    p.industry AS industry,
    if(match(ifNull(p.industry, ''), '^[A-T]'), substring(assumeNotNull(p.industry), 1, 1), NULL) AS industry_section,
    registered_at,
    status,
    as_of,
    next_review_at,
    synthetic
FROM
(
    SELECT *, scheme_id, risk_class, score, group_points, rule_set_of_scheme, computed_class, override_fact_id
    FROM positions FINAL
    ARRAY JOIN
        `schemes.scheme_id` AS scheme_id,
        `schemes.risk_class` AS risk_class,
        `schemes.score` AS score,
        `schemes.group_points` AS group_points,
        `schemes.rule_set` AS rule_set_of_scheme,
        `schemes.computed_class` AS computed_class,
        `schemes.override_fact_id` AS override_fact_id
) AS p
LEFT JOIN enterprise_names AS n USING (subject_scheme, subject_value)
WHERE p.risk_class IS NOT NULL
COMMENT '当前等级 rolling class of each enterprise in each scheme that rates it';

CREATE OR REPLACE VIEW class_changes_latest_reasons
(
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme',
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    change_id                  String COMMENT 'Id of the latest change',
    class_from                 Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4)) COMMENT 'Class before; null: first classification',
    class_to                   Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4)) COMMENT 'Class now, A lowest risk; null: it left the scored population',
    computed_class             Nullable(Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4)) COMMENT '计算等级 class now before a manual one; null: no manual class is in force',
    override_fact_id           Nullable(String) COMMENT '人工调整 fact id of the manual class in force now; join facts_current.fact_id',
    effective_at               DateTime64(3, 'Asia/Shanghai') COMMENT 'As-of moment of the change',
    rule_set                   LowCardinality(String) COMMENT '规则集 id@version',
    cause                      LowCardinality(String) COMMENT 'What brought it about',
    reason_rank                UInt32 COMMENT '1 = most points',
    indicator                  LowCardinality(String) COMMENT '理由 code of the indicator, floor or direct determination',
    kind                       LowCardinality(String) COMMENT 'INDICATOR 指标, FLOOR 底线, DIRECT 直接判定',
    points                     Int32 COMMENT 'Milli-points',
    fact_ids                   Array(String) COMMENT 'Facts behind the reason; join facts_current.fact_id'
)
AS
SELECT
    scheme_id,
    subject_scheme,
    subject_value,
    change_id,
    class_from,
    class_to,
    computed_class,
    override_fact_id,
    effective_at,
    rule_set,
    toString(cause) AS cause,
    reason_rank,
    indicator,
    toString(reason_kind) AS kind,
    points,
    fact_ids
FROM
(
    SELECT *
    FROM class_changes FINAL
    ORDER BY subject_scheme, subject_value, scheme_id, sequence_offset DESC, sequence_ordinal DESC
    LIMIT 1 BY subject_scheme, subject_value, scheme_id
)
ARRAY JOIN
    `reasons.indicator` AS indicator,
    `reasons.kind` AS reason_kind,
    `reasons.points` AS points,
    `reasons.fact_ids` AS fact_ids,
    arrayEnumerate(`reasons.indicator`) AS reason_rank
COMMENT '最近变化理由 top reasons of the latest class change of each enterprise, one row for each reason';
