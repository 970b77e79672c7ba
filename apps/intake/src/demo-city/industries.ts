/** A GB/T 4754-2017 class with what the synthetic city needs to know about the firms in it. */
export interface Industry {
  /** Section letter and four digits. */
  readonly code: string;
  /** What such a firm calls itself. */
  readonly trade: string;
  /** Share of the city's enterprises, per cent (estimate). */
  readonly weight: number;
  /** Licences that firms of the class hold, with the share that does. */
  readonly licences: readonly (readonly [type: LicenceType, share: number])[];
  /** How many times the city's mean of complaints its firms attract. */
  readonly complaints: number;
  /** Towns where the trade clusters (一镇一品): its firms are that many times likelier there. */
  readonly home?: readonly string[];
}

/** 许可类型 licence types of the code list that the city uses. */
export type LicenceType =
  | 'FOOD_PRODUCTION'
  | 'FOOD_BUSINESS'
  | 'DRUG'
  | 'MEDICAL_DEVICE'
  | 'COSMETICS'
  | 'HAZARDOUS_CHEMICALS'
  | 'SPECIAL_EQUIPMENT'
  | 'GAS'
  | 'OTHER';

type Extra = { licences?: Industry['licences']; complaints?: number; home?: readonly string[] };

const industry = (code: string, trade: string, weight: number, extra: Extra = {}): Industry => ({
  code,
  trade,
  weight,
  licences: extra.licences ?? [],
  complaints: extra.complaints ?? 0.5,
  ...(extra.home === undefined ? {} : { home: extra.home }),
});

/** How much likelier a clustered trade is in its home town. */
export const HOME_FACTOR = 6;

export const INDUSTRIES: readonly Industry[] = [
  // F wholesale and retail: the largest section
  industry('F5136', '灯饰批发', 3.6, { home: ['442000105', '442000110'] }),
  industry('F5174', '五金批发', 4.2, { home: ['442000118'] }),
  industry('F5138', '家电批发', 2.2, { home: ['442000103', '442000111'] }),
  industry('F5132', '服装批发', 1.8, { home: ['442000106'] }),
  industry('F5165', '建材批发', 3.4),
  industry('F5169', '化工产品批发', 0.6, { licences: [['HAZARDOUS_CHEMICALS', 0.45]] }),
  industry('F5127', '酒水饮料批发', 1.3, { licences: [['FOOD_BUSINESS', 0.95]], complaints: 0.8 }),
  industry('F5129', '食品批发', 1.5, { licences: [['FOOD_BUSINESS', 0.97]], complaints: 0.9 }),
  industry('F5154', '医疗器材批发', 1.9, { licences: [['MEDICAL_DEVICE', 0.9]] }),
  industry('F5181', '贸易', 4.4),
  industry('F5191', '再生资源回收', 0.7),
  industry('F5212', '超市', 1.3, { licences: [['FOOD_BUSINESS', 0.97]], complaints: 2.6 }),
  industry('F5229', '食品零售', 1.5, { licences: [['FOOD_BUSINESS', 0.95]], complaints: 1.8 }),
  industry('F5232', '服装零售', 1.6, { complaints: 1.2 }),
  industry('F5234', '化妆品零售', 0.8, { complaints: 1.7 }),
  industry('F5251', '药房', 2.2, {
    licences: [
      ['DRUG', 0.98],
      ['MEDICAL_DEVICE', 0.6],
    ],
    complaints: 0.9,
  }),
  industry('F5265', '加油站', 0.1, { licences: [['HAZARDOUS_CHEMICALS', 0.98]] }),
  industry('F5283', '家具零售', 0.9, { complaints: 1.6, home: ['442000116'] }),
  industry('F5292', '电子商务', 5.2, { complaints: 3.4 }),
  // C manufacturing
  industry('C3872', '照明灯饰', 5.0, { home: ['442000105', '442000110'] }),
  industry('C3351', '五金制品', 4.6, { home: ['442000118'] }),
  industry('C3854', '厨房电器', 2.8, { home: ['442000103', '442000111', '442000101'] }),
  industry('C3857', '家电配件', 2.2, { home: ['442000103', '442000111', '442000112'] }),
  industry('C2929', '塑料制品', 2.5),
  industry('C3525', '模具', 1.9),
  industry('C3484', '机械加工', 1.8),
  industry('C3989', '电子元件', 1.6, { home: ['442000003', '442000107'] }),
  industry('C1819', '制衣', 1.7, { home: ['442000106'] }),
  industry('C2110', '红木家具', 1.2, { home: ['442000116'], complaints: 0.7 }),
  industry('C2319', '包装印刷', 1.2),
  industry('C1353', '腊味食品', 0.8, { licences: [['FOOD_PRODUCTION', 0.97]], complaints: 0.8, home: ['442000101'] }),
  industry('C1411', '糕点食品', 1.1, { licences: [['FOOD_PRODUCTION', 0.97]], complaints: 0.9 }),
  industry('C2641', '涂料', 1.5, { licences: [['HAZARDOUS_CHEMICALS', 0.4]] }),
  industry('C2682', '化妆品', 0.4, { licences: [['COSMETICS', 0.9]] }),
  industry('C2720', '制药', 0.25, { licences: [['DRUG', 0.95]], home: ['442000003'] }),
  industry('C3581', '医疗设备', 0.7, { licences: [['MEDICAL_DEVICE', 0.95]], home: ['442000003'] }),
  industry('C3332', '压力容器', 0.2, { licences: [['SPECIAL_EQUIPMENT', 0.95]] }),
  // H catering and lodging
  industry('H6210', '餐饮', 3.6, { licences: [['FOOD_BUSINESS', 0.97]], complaints: 2.4 }),
  industry('H6220', '快餐', 1.8, { licences: [['FOOD_BUSINESS', 0.97]], complaints: 2.2 }),
  industry('H6121', '酒店', 0.6, { licences: [['OTHER', 0.9]], complaints: 1.8 }),
  // the other sections
  industry('L7243', '企业咨询', 4.0),
  industry('L7259', '广告', 2.0),
  industry('L7263', '劳务派遣', 0.8, { licences: [['OTHER', 0.8]], complaints: 1 }),
  industry('L7291', '旅行社', 0.3, { licences: [['OTHER', 0.95]], complaints: 3 }),
  industry('M7519', '技术推广', 2.6),
  industry('M7491', '工业设计', 1.4),
  industry('I6513', '软件', 2.4),
  industry('I6531', '信息系统', 1.0),
  industry('E5012', '装饰工程', 2.6, { complaints: 1.5 }),
  industry('E4910', '机电安装', 1.5, { licences: [['SPECIAL_EQUIPMENT', 0.12]] }),
  industry('G5431', '货运', 1.7, { licences: [['OTHER', 0.7]] }),
  industry('G5821', '货运代理', 0.9),
  industry('K7010', '房地产开发', 0.5, { complaints: 3.5 }),
  industry('K7020', '物业管理', 0.9, { licences: [['SPECIAL_EQUIPMENT', 0.35]], complaints: 2.4 }),
  industry('K7030', '房产中介', 0.9, { complaints: 1.8 }),
  industry('O8111', '汽车维修', 1.2, { complaints: 1.6 }),
  industry('O8040', '美容美发', 0.9, { complaints: 3.6 }),
  industry('P8391', '职业培训', 0.8, { complaints: 3.8 }),
  industry('R8930', '健身', 0.5, { complaints: 5 }),
  industry('Q8425', '门诊', 1.4, {
    licences: [
      ['OTHER', 0.95],
      ['MEDICAL_DEVICE', 0.1],
    ],
    complaints: 1.4,
  }),
  industry('A0412', '水产养殖', 0.8, { home: ['442000007', '442000109'] }),
  industry('N7724', '环保', 0.3, { licences: [['OTHER', 0.3]] }),
  industry('D4511', '燃气', 0.1, { licences: [['GAS', 0.97]] }),
];
