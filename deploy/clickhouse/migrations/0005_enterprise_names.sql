-- enterprise_attributes: name, town and industry of each enterprise as the latest registration or change states them.
-- The position carries town and industry as the model folded them; the name is in no position, and looking it up in
-- facts for a page of enterprises would unpack all their attributes.
--
-- ENGINE    AggregatingMergeTree: an attribute is the value of the latest record that states it. argMax is idempotent,
--           so a repeated insert into facts changes nothing here.
-- ORDER BY  enterprise: point look-ups and joins.
-- LIMIT     A change that was retracted (更正撤销) keeps its name here until the next one; scores do not read this table.
CREATE TABLE IF NOT EXISTS enterprise_attributes
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    name                       AggregateFunction(argMax, String, Tuple(DateTime64(3, 'Asia/Shanghai'), Int64)) COMMENT '名称, by (occurred_at, revision)',
    town                       AggregateFunction(argMax, String, Tuple(DateTime64(3, 'Asia/Shanghai'), Int64)) COMMENT '镇街, by (occurred_at, revision)',
    industry                   AggregateFunction(argMax, String, Tuple(DateTime64(3, 'Asia/Shanghai'), Int64)) COMMENT '行业, by (occurred_at, revision)'
)
ENGINE = AggregatingMergeTree
ORDER BY (subject_scheme, subject_value)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'States behind the view enterprise_names';

-- Runs with the rights of whoever migrated: a writer of facts needs no right on anything else.
CREATE MATERIALIZED VIEW IF NOT EXISTS enterprise_attributes_from_facts TO enterprise_attributes
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
WITH
    -- A change states its new values under the names that a registration uses.
    JSONExtractString(attributes, 'name') AS stated_name,
    JSONExtractString(attributes, 'town') AS stated_town,
    JSONExtractString(attributes, 'industry') AS stated_industry
SELECT
    subject_scheme,
    subject_value,
    argMaxStateIf(stated_name, (occurred_at, revision), stated_name != '') AS name,
    argMaxStateIf(stated_town, (occurred_at, revision), stated_town != '') AS town,
    argMaxStateIf(stated_industry, (occurred_at, revision), stated_industry != '') AS industry
FROM facts
-- A fact carried over from a merged enterprise states that one's name, not this one's.
WHERE register = 'CONTENT' AND fact_type IN ('enterprise.registration', 'enterprise.change') AND carried_from_value IS NULL
GROUP BY subject_scheme, subject_value;

CREATE OR REPLACE VIEW enterprise_names
(
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    name                       Nullable(String) COMMENT '名称 registered name; null: not stated',
    town                       Nullable(String) COMMENT '镇街 nine-digit code as last stated',
    industry                   Nullable(String) COMMENT '行业 GB/T 4754 code as last stated'
)
AS
SELECT
    subject_scheme,
    subject_value,
    nullIf(argMaxMerge(name), '') AS name,
    nullIf(argMaxMerge(town), '') AS town,
    nullIf(argMaxMerge(industry), '') AS industry
FROM enterprise_attributes
GROUP BY subject_scheme, subject_value
COMMENT '企业名称 name, town and industry of each enterprise as last registered or changed';
