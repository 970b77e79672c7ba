/** One of the 23 town-level units (镇街) of Zhongshan, with its nine-digit statistical code. */
export interface Town {
  readonly code: string;
  readonly name: string;
  /** What its name ends with in an address. */
  readonly suffix: '街道' | '镇';
  /** Share of the city's enterprises, per cent; 小榄's 16 is published, the others are estimates. */
  readonly weight: number;
}

const street = (code: string, name: string, weight: number): Town => ({
  code: `442000${code}`,
  name,
  suffix: '街道',
  weight,
});
const town = (code: string, name: string, weight: number): Town => ({
  code: `442000${code}`,
  name,
  suffix: '镇',
  weight,
});

export const TOWNS: readonly Town[] = [
  street('001', '石岐', 8.5),
  street('002', '东区', 8),
  street('003', '中山港', 7),
  street('004', '西区', 5.5),
  street('005', '南区', 2.6),
  street('006', '五桂山', 1),
  street('007', '民众', 2.2),
  street('008', '南朗', 2.3),
  town('101', '黄圃', 3.8),
  town('103', '东凤', 4.1),
  town('105', '古镇', 7.5),
  town('106', '沙溪', 4.4),
  town('107', '坦洲', 5),
  town('108', '港口', 3.3),
  town('109', '三角', 2.2),
  town('110', '横栏', 4.9),
  town('111', '南头', 2.8),
  town('112', '阜沙', 1.2),
  town('114', '三乡', 3.7),
  town('115', '板芙', 1.5),
  town('116', '大涌', 1.7),
  town('117', '神湾', 0.8),
  town('118', '小榄', 16),
];
