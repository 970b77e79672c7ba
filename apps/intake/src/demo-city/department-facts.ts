import { AUTHORITIES } from './codes.ts';
import type { RecordedFact } from './recorded-facts.ts';

/** What tax offices, courts and the product, food and equipment lines report of an ordinary city. */
export const DEPARTMENT_FACTS: readonly RecordedFact[] = [
  {
    factType: 'tax.arrears',
    authority: AUTHORITIES.tax,
    route: 'LIST',
    rate: 0.004,
    attributes: { amountFen: 12_500_000, taxType: '增值税' },
    ends: { reason: '欠税已缴清', meanDays: 200 },
  },
  {
    factType: 'tax.abnormal-taxpayer',
    authority: AUTHORITIES.tax,
    route: 'LIST',
    rate: 0.006,
    attributes: {},
    ends: { reason: '解除非正常户', meanDays: 300 },
  },
  {
    factType: 'court.equity-freeze',
    authority: AUTHORITIES.courts[1],
    route: 'COURT',
    rate: 0.003,
    attributes: { amountFen: 80_000_000 },
    ends: { reason: '解除冻结', meanDays: 400 },
  },
  {
    factType: 'court.enforcement-terminated',
    authority: AUTHORITIES.courts[0],
    route: 'COURT',
    rate: 0.003,
    attributes: { dutyFen: 26_000_000 },
  },
  {
    factType: 'food-check.failed',
    authority: AUTHORITIES.market,
    route: 'INSPECTION',
    rate: 0.01,
    attributes: { field: 'FOOD', product: '抽检样品' },
    industries: ['C13', 'C14', 'F5129', 'F5212', 'F5229', 'H62'],
  },
  {
    factType: 'product-check.failed',
    authority: AUTHORITIES.market,
    route: 'INSPECTION',
    rate: 0.008,
    attributes: { product: '监督抽查样品', serious: false },
    industries: ['C18', 'C21', 'C29', 'C38', 'C39'],
  },
  {
    factType: 'equipment.overdue',
    authority: AUTHORITIES.market,
    route: 'REGISTER',
    rate: 0.01,
    attributes: { equipmentType: '电梯' },
    ends: { reason: '检验合格', meanDays: 60 },
    industries: ['C3332', 'E4910', 'K7020'],
  },
];
