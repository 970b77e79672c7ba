-- Reference tables: names for the codes that rows carry. Small and read whole, hence plain MergeTree; ReplacingMergeTree
-- so that running this again, or a later migration that restates a code, leaves one row for each code under FINAL.
CREATE TABLE IF NOT EXISTS towns
(
    town                       String COMMENT '镇街代码 nine-digit statistical code',
    name                       String COMMENT '名称',
    kind                       Enum8('STREET' = 1, 'TOWN' = 2) COMMENT '街道 sub-district, 镇 town',
    area                       LowCardinality(Nullable(String)) COMMENT '统筹区 coordination area that statistics roll up to',
    current_town               String COMMENT 'Code in force for the same place: itself, or the one that replaced it',
    valid_to                   Nullable(Date) COMMENT 'Last day of validity; null: in force, or day not yet obtained where current_town differs'
)
ENGINE = ReplacingMergeTree
ORDER BY town
COMMENT '中山市镇街代码 town codes of Zhongshan with the codes they replaced';

INSERT INTO towns (town, name, kind, area, current_town) VALUES
('442000001', '石岐街道', 'STREET', NULL, '442000001'),
('442000002', '东区街道', 'STREET', NULL, '442000002'),
('442000003', '中山港街道', 'STREET', '火炬', '442000003'),
('442000004', '西区街道', 'STREET', NULL, '442000004'),
('442000005', '南区街道', 'STREET', NULL, '442000005'),
('442000006', '五桂山街道', 'STREET', NULL, '442000006'),
('442000007', '民众街道', 'STREET', NULL, '442000007'),
('442000008', '南朗街道', 'STREET', '翠亨', '442000008'),
('442000101', '黄圃镇', 'TOWN', NULL, '442000101'),
('442000103', '东凤镇', 'TOWN', NULL, '442000103'),
('442000105', '古镇镇', 'TOWN', NULL, '442000105'),
('442000106', '沙溪镇', 'TOWN', NULL, '442000106'),
('442000107', '坦洲镇', 'TOWN', NULL, '442000107'),
('442000108', '港口镇', 'TOWN', NULL, '442000108'),
('442000109', '三角镇', 'TOWN', NULL, '442000109'),
('442000110', '横栏镇', 'TOWN', NULL, '442000110'),
('442000111', '南头镇', 'TOWN', NULL, '442000111'),
('442000112', '阜沙镇', 'TOWN', NULL, '442000112'),
('442000114', '三乡镇', 'TOWN', NULL, '442000114'),
('442000115', '板芙镇', 'TOWN', NULL, '442000115'),
('442000116', '大涌镇', 'TOWN', NULL, '442000116'),
('442000117', '神湾镇', 'TOWN', NULL, '442000117'),
('442000118', '小榄镇', 'TOWN', NULL, '442000118'),
('442000100', '小榄镇（旧）', 'TOWN', NULL, '442000118'),
('442000102', '民众镇（旧）', 'TOWN', NULL, '442000007'),
('442000104', '东升镇（旧）', 'TOWN', NULL, '442000118'),
('442000113', '南朗镇（旧）', 'TOWN', NULL, '442000008');

CREATE TABLE IF NOT EXISTS industry_sections
(
    section                    FixedString(1) COMMENT '门类 section letter',
    name                       String COMMENT '名称',
    division_from              UInt8 COMMENT 'First two-digit division 大类',
    division_to                UInt8 COMMENT 'Last two-digit division 大类'
)
ENGINE = ReplacingMergeTree
ORDER BY section
COMMENT '国民经济行业门类 sections of GB/T 4754-2017';

INSERT INTO industry_sections VALUES
('A', '农、林、牧、渔业', 1, 5),
('B', '采矿业', 6, 12),
('C', '制造业', 13, 43),
('D', '电力、热力、燃气及水生产和供应业', 44, 46),
('E', '建筑业', 47, 50),
('F', '批发和零售业', 51, 52),
('G', '交通运输、仓储和邮政业', 53, 60),
('H', '住宿和餐饮业', 61, 62),
('I', '信息传输、软件和信息技术服务业', 63, 65),
('J', '金融业', 66, 69),
('K', '房地产业', 70, 70),
('L', '租赁和商务服务业', 71, 72),
('M', '科学研究和技术服务业', 73, 75),
('N', '水利、环境和公共设施管理业', 76, 79),
('O', '居民服务、修理和其他服务业', 80, 82),
('P', '教育', 83, 83),
('Q', '卫生和社会工作', 84, 85),
('R', '文化、体育和娱乐业', 86, 90),
('S', '公共管理、社会保障和社会组织', 91, 96),
('T', '国际组织', 97, 97);
