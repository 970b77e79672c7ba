-- read_audit: who read the class of which enterprise, when and by which way. Classes are internal; every read is on record.
--
-- ENGINE    MergeTree: two equal reads are two reads. The deduplication window lets a writer repeat an insert by token
--           after a lost answer without counting a read twice.
-- ORDER BY  time, then enterprise: audits ask for a period; "who looked at this enterprise" scans two narrow columns.
-- PARTITION by month of the read, so that an archiving decision can move whole months.
-- TTL       none here: the law asks for at least six months (网络安全法), the archive rule is the owner's.
CREATE TABLE IF NOT EXISTS read_audit
(
    at                         DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'When the class was read',
    token_id                   LowCardinality(String) COMMENT 'Id of the token that was shown; never its secret',
    subject_scheme             LowCardinality(String) COMMENT '主体标识类型 scheme of the enterprise key',
    subject_value              String COMMENT '主体标识 key of the enterprise',
    scheme_id                  LowCardinality(String) COMMENT '分类方案 scheme whose class was read',
    via                        LowCardinality(String) COMMENT 'By which way: enterprise, feed, search, recent …'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (at, subject_scheme, subject_value)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT '查询留痕 reads of classes, append-only';
