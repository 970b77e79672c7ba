-- Views are what analysts and the console read: they apply FINAL, unfold nested columns and name codes. Plain views, not
-- materialised: a filter on the enterprise reaches the sort key below (EXPLAIN indexes = 1 shows it for both sides of the
-- join), and a city's distribution is one pass over one row for each enterprise. A change is a new migration with CREATE OR REPLACE.

CREATE OR REPLACE VIEW fact_records
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    factId                     String COMMENT 'Fact id',
    factType                   LowCardinality(String) COMMENT '事实类型',
    register                   LowCardinality(String) COMMENT '登记簿',
    revision                   Int64 COMMENT 'Revision of the register',
    recordId                   String COMMENT 'Record id, the tie-break between equal revisions',
    occurredAt                 Int64 COMMENT '发生时间 epoch ms',
    effectiveAt                Nullable(Int64) COMMENT '生效时间 epoch ms',
    publishedAt                Nullable(Int64) COMMENT '公示时间 epoch ms',
    caseNumber                 Nullable(String) COMMENT '案号',
    codeSystem                 Nullable(String) COMMENT '代码系统',
    attributes                 String COMMENT 'JSON: everything the record states; factRecordOf picks what the model reads',
    appliedAt                  Int64 COMMENT 'Stream time when applied, epoch ms: known at K = appliedAt <= K',
    logPartition               UInt16 COMMENT 'Partition of enterprise.events.v1',
    logOffset                  UInt64 COMMENT 'Offset there'
)
AS
SELECT
    subject_scheme,
    subject_value,
    toString(fact_id) AS factId,
    fact_type AS factType,
    toString(f.register) AS register,
    f.revision AS revision,
    toString(record_id) AS recordId,
    toUnixTimestamp64Milli(occurred_at) AS occurredAt,
    toUnixTimestamp64Milli(effective_at) AS effectiveAt,
    toUnixTimestamp64Milli(published_at) AS publishedAt,
    case_number AS caseNumber,
    code_system AS codeSystem,
    f.attributes AS attributes,
    toUnixTimestamp64Milli(applied_at) AS appliedAt,
    log_partition AS logPartition,
    log_offset AS logOffset
FROM facts AS f FINAL
COMMENT '事实记录 all records in the names and units of the contract (epoch ms), for folding a position again; filter by enterprise';

CREATE OR REPLACE VIEW facts_current
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    fact_id                    String COMMENT 'Fact id',
    fact_type                  LowCardinality(String) COMMENT '事实类型 e.g. penalty.decision',
    source                     LowCardinality(String) COMMENT '来源系统',
    authority                  LowCardinality(String) COMMENT '机关',
    number                     String COMMENT '文号',
    occurred_at                DateTime64(3, 'Asia/Shanghai') COMMENT '发生时间 of the latest content',
    effective_at               Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '生效时间 of the latest content',
    published_at               Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT '公示时间 of the latest content',
    code_system                Nullable(String) COMMENT '代码系统 of the latest content',
    attributes                 String COMMENT 'JSON: latest content; empty while only another register has arrived',
    standing                   String COMMENT '效力 IN_FORCE 有效, REMOVED 移出, RETRACTED 撤销更正, REINSTATED 恢复',
    standing_effective_at      Nullable(DateTime64(3, 'Asia/Shanghai')) COMMENT 'From when the standing holds',
    publicity                  Nullable(String) COMMENT '公示 END 公示期满, REPAIRED 修复; null: not stated',
    performance                Nullable(String) COMMENT '履行 PERFORMED 已履行, OVERDUE 逾期; null: not stated',
    dispute                    Nullable(String) COMMENT '异议 FILED 已受理, DECIDED 已处理; null: not stated',
    in_force                   Bool COMMENT 'Content is known and the fact is neither removed nor retracted now',
    synthetic                  Bool COMMENT 'True: made-up data',
    revisions                  UInt32 COMMENT 'Records of this fact in the log'
)
AS
WITH
    (f.revision, f.record_id) AS rank,
    argMaxIf((f.occurred_at, f.effective_at, f.published_at, f.code_system, f.attributes), rank, f.register = 'CONTENT') AS latest,
    argMaxIf((f.status_value, f.status_effective_at, f.status_until), rank, f.register = 'STANDING') AS state,
    countIf(f.register = 'CONTENT') > 0 AS known,
    countIf(f.register = 'STANDING') > 0 AND (state.3 IS NULL OR state.3 > now64(3)) AS stated
SELECT
    subject_scheme,
    subject_value,
    toString(f.fact_id) AS fact_id,
    f.fact_type AS fact_type,
    any(f.source) AS source,
    any(f.authority) AS authority,
    any(f.number) AS number,
    if(known, latest.1, min(f.occurred_at)) AS occurred_at,
    latest.2 AS effective_at,
    latest.3 AS published_at,
    latest.4 AS code_system,
    latest.5 AS attributes,
    if(stated, ifNull(state.1, 'IN_FORCE'), 'IN_FORCE') AS standing,
    if(stated, state.2, NULL) AS standing_effective_at,
    argMaxIf(f.status_value, rank, f.register = 'PUBLICITY') AS publicity,
    argMaxIf(f.status_value, rank, f.register = 'PERFORMANCE') AS performance,
    argMaxIf(f.status_value, rank, f.register = 'DISPUTE') AS dispute,
    known AND NOT (standing = 'RETRACTED' OR (standing = 'REMOVED' AND standing_effective_at <= now64(3))) AS in_force,
    max(f.synthetic) AS synthetic,
    uniqExact(f.log_partition, f.log_offset) AS revisions
FROM facts AS f
-- The fact id is made of its type: naming the type here lets a filter on it reach the reading of the table.
GROUP BY subject_scheme, subject_value, f.fact_id, f.fact_type
COMMENT '现行事实 each fact with the latest state of its five registers';

CREATE OR REPLACE VIEW current_class
(
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme',
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    name                       Nullable(String) COMMENT '名称',
    risk_class                 Enum8('A' = 1, 'B' = 2, 'C' = 3, 'D' = 4) COMMENT '等级 rolling class, A lowest risk',
    score                      Int32 COMMENT '风险分值 milli-points, higher = riskier',
    group_points               Map(LowCardinality(String), Int32) COMMENT 'Points of each indicator group, milli-points',
    rule_set                   LowCardinality(String) COMMENT '规则集 id@version',
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
    score,
    group_points,
    rule_set,
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
    SELECT *, scheme_id, risk_class, score, group_points
    FROM positions FINAL
    ARRAY JOIN
        `schemes.scheme_id` AS scheme_id,
        `schemes.risk_class` AS risk_class,
        `schemes.score` AS score,
        `schemes.group_points` AS group_points
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

CREATE OR REPLACE VIEW distribution_by_town
(
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme',
    town                       Nullable(String) COMMENT '镇街 code in force; null: not known',
    town_name                  String COMMENT '镇街名称',
    area                       Nullable(String) COMMENT '统筹区',
    enterprises                UInt64 COMMENT 'Enterprises rated',
    class_a                    UInt64 COMMENT 'A 信用风险低',
    class_b                    UInt64 COMMENT 'B 信用风险一般',
    class_c                    UInt64 COMMENT 'C 信用风险较高',
    class_d                    UInt64 COMMENT 'D 信用风险高',
    share_c_d                  Float64 COMMENT 'Share of C and D, 0 to 1',
    mean_score                 Float64 COMMENT 'Mean score, milli-points'
)
AS
SELECT
    scheme_id,
    ifNull(old.current_town, p.town) AS town,
    coalesce(t.name, concat('（', ifNull(old.current_town, p.town), '）'), '（未知）') AS town_name,
    t.area AS area,
    count() AS enterprises,
    countIf(risk_class = 'A') AS class_a,
    countIf(risk_class = 'B') AS class_b,
    countIf(risk_class = 'C') AS class_c,
    countIf(risk_class = 'D') AS class_d,
    (class_c + class_d) / enterprises AS share_c_d,
    avg(score) AS mean_score
FROM
(
    SELECT CAST(town AS Nullable(String)) AS town, scheme_id, risk_class, score
    FROM positions FINAL
    ARRAY JOIN `schemes.scheme_id` AS scheme_id, `schemes.risk_class` AS risk_class, `schemes.score` AS score
    WHERE risk_class IS NOT NULL
) AS p
LEFT JOIN (SELECT toNullable(town) AS code, toNullable(current_town) AS current_town FROM towns FINAL) AS old ON p.town = old.code
LEFT JOIN (SELECT toNullable(town) AS code, toNullable(name) AS name, area FROM towns FINAL) AS t ON ifNull(old.current_town, p.town) = t.code
GROUP BY scheme_id, town, town_name, area
COMMENT '镇街分布 classes by town; a replaced code counts for the town in force';

CREATE OR REPLACE VIEW distribution_by_industry
(
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme',
    industry_section           Nullable(String) COMMENT '门类 section letter of GB/T 4754-2017; null: not known',
    section_name               String COMMENT '门类名称',
    enterprises                UInt64 COMMENT 'Enterprises rated',
    class_a                    UInt64 COMMENT 'A 信用风险低',
    class_b                    UInt64 COMMENT 'B 信用风险一般',
    class_c                    UInt64 COMMENT 'C 信用风险较高',
    class_d                    UInt64 COMMENT 'D 信用风险高',
    share_c_d                  Float64 COMMENT 'Share of C and D, 0 to 1',
    mean_score                 Float64 COMMENT 'Mean score, milli-points'
)
AS
SELECT
    scheme_id,
    p.section AS industry_section,
    ifNull(s.name, '（未知）') AS section_name,
    count() AS enterprises,
    countIf(risk_class = 'A') AS class_a,
    countIf(risk_class = 'B') AS class_b,
    countIf(risk_class = 'C') AS class_c,
    countIf(risk_class = 'D') AS class_d,
    (class_c + class_d) / enterprises AS share_c_d,
    avg(score) AS mean_score
FROM
(
    SELECT if(match(ifNull(industry, ''), '^[A-T]'), substring(assumeNotNull(industry), 1, 1), NULL) AS section, scheme_id, risk_class, score
    FROM positions FINAL
    ARRAY JOIN `schemes.scheme_id` AS scheme_id, `schemes.risk_class` AS risk_class, `schemes.score` AS score
    WHERE risk_class IS NOT NULL
) AS p
LEFT JOIN (SELECT toNullable(toString(section)) AS code, toNullable(name) AS name FROM industry_sections FINAL) AS s ON p.section = s.code
GROUP BY scheme_id, industry_section, section_name
COMMENT '行业分布 classes by section of GB/T 4754';
