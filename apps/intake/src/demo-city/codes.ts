/** Who decides and reports; marked as made up, so that no real authority seems to have decided anything. */
export const AUTHORITIES = {
  market: '演示市场监督管理局',
  townOffice: '演示市场监督管理所',
  hotline: '演示12315中心',
  ecology: '演示生态环境局',
  fire: '演示消防救援支队',
  safety: '演示应急管理局',
  tax: '演示税务局',
  labour: '演示人力资源和社会保障局',
  courts: ['演示第一人民法院', '演示第二人民法院'],
} as const;

/** Code systems of the schemas/facts catalogue that the city's sources use. */
export const CODE_SYSTEMS = {
  abnormalReason: { codeSystem: 'gsxt-abnormal-reason' },
  seriousReason: { codeSystem: 'samr-serious-violation' },
  doubleRandom: { codeSystem: 'gsxt-inspection-v2' },
} as const;

/** 变更事项 with the share each has of all changes (estimate). */
export const CHANGE_KINDS = [
  { code: 'ADDRESS', of: 'ADDRESS', weight: 42 },
  { code: 'LEGAL_REPRESENTATIVE', of: 'REPRESENTATIVE', weight: 38 },
  { code: 'CAPITAL', of: 'CAPITAL', weight: 20 },
] as const;

/** 抽查类型 of inspections other than the ordinary draw. */
export const DRAW_KINDS = [
  { code: 'DIRECTED', weight: 60 },
  { code: 'SPECIAL', weight: 40 },
] as const;

/** 严重违法失信名单 reasons, by field. */
export const SERIOUS_REASONS = [
  'FOOD',
  'QUALITY',
  'CONSUMER',
  'COMPETITION',
  'FALSE_REGISTRATION',
  'NOT_PERFORMED',
] as const;
