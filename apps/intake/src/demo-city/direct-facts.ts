import { AUTHORITIES } from './codes.ts';
import type { RecordedFact } from './recorded-facts.ts';

/** Rare facts that decide the class by themselves (直接判定). */
export const DIRECT_FACTS: readonly RecordedFact[] = [
  {
    factType: 'order.stop-production',
    authority: AUTHORITIES.safety,
    route: 'PENALTY',
    rate: 0.002,
    attributes: { kind: 'STOP_PRODUCTION' },
    ends: { reason: '整改验收合格', meanDays: 150 },
  },
  {
    factType: 'order.stop-production',
    authority: AUTHORITIES.ecology,
    route: 'PENALTY',
    rate: 0.0001,
    attributes: { kind: 'CLOSE' },
  },
  {
    factType: 'licence.revocation',
    authority: AUTHORITIES.market,
    route: 'PENALTY',
    rate: 0.0003,
    attributes: { licenceType: 'BUSINESS' },
  },
  {
    factType: 'national.serious-listing',
    authority: AUTHORITIES.tax,
    route: 'LIST',
    rate: 0.0004,
    attributes: { list: 'MAJOR_TAX_VIOLATION' },
    ends: { reason: '列入期满', meanDays: 1000 },
  },
  {
    factType: 'national.serious-listing',
    authority: AUTHORITIES.labour,
    route: 'LIST',
    rate: 0.0003,
    attributes: { list: 'WAGE_ARREARS' },
    ends: { reason: '欠薪已清偿', meanDays: 400 },
  },
  {
    factType: 'accident.responsibility',
    authority: AUTHORITIES.safety,
    route: 'LIST',
    rate: 0.0001,
    attributes: { field: 'EQUIPMENT', grade: 'MAJOR' },
  },
  {
    factType: 'crime.conviction',
    authority: AUTHORITIES.courts[0],
    route: 'COURT',
    rate: 0.0001,
    attributes: { offence: '生产、销售伪劣产品罪' },
  },
];
