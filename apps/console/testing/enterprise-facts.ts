import { factAttributesOf, factRecordOf, factRowOf, normaliseEvent, type EnterpriseEvent } from '#libs/contracts';
import type { StoredFact } from '../src/reads/stored-fact.ts';
import type { Subject } from '../src/reads/views.ts';

export const ENTERPRISE: Subject = { scheme: 'uscc', value: '91442000MA51000072' };

/** Events as JSON states them; throws with every fault, so that a fixture cannot be wrong in silence. */
export function eventOf(json: object): EnterpriseEvent {
  const result = normaliseEvent(
    {
      source: 'gsxt',
      authority: '中山市市场监督管理局',
      subject: ENTERPRISE,
      synthetic: true,
      purpose: 'test',
      ...json,
    },
    { receivedAt: Date.UTC(2026, 0, 9), correlationId: 'fixture', allowInternal: true },
  );
  if (result.ok) return result.event;
  throw new Error(result.faults.map(({ field, message }) => `${field}: ${message}`).join('; '));
}

/** The event as ClickHouse gives it back. */
export function storedFactOf(event: EnterpriseEvent): StoredFact {
  const { source, authority, number, synthetic } = factRowOf(event);
  const attributes = factAttributesOf(event);
  return { record: factRecordOf(event.envelope, attributes), stated: attributes, source, authority, number, synthetic };
}

const listing = { number: '列异〔2025〕88号', factType: 'abnormal.listing', register: 'STANDING' };

/** A food maker with a serious penalty under objection, a removed listing, two inspections and a licence. */
export const EVENTS: readonly EnterpriseEvent[] = [
  {
    type: 'EnterpriseRegistered',
    number: '442000-1',
    occurredAt: '2019-05-06',
    content: {
      name: '中山市味真食品有限公司',
      registeredAt: '2019-05-06',
      town: '442000118',
      industry: 'C1421',
      entityKind: 'ENTERPRISE',
      status: 'ACTIVE',
      capitalFen: 500_000_000,
    },
  },
  {
    type: 'LicenceGranted',
    number: 'SC10144200000001',
    occurredAt: '2023-02-01',
    content: {
      licenceType: 'FOOD_PRODUCTION',
      licenceNo: 'SC10144200000001',
      validFrom: '2023-02-01',
      validTo: '2028-01-31',
    },
  },
  {
    type: 'PenaltyDecided',
    number: '中市监罚〔2025〕17号',
    occurredAt: '2025-09-10',
    publishedAt: '2025-09-15',
    caseNumber: '中市监案〔2025〕9号',
    content: {
      decisionNo: '中市监罚〔2025〕17号',
      violationType: 'FOOD_LABEL',
      penaltyKinds: ['FINE', 'CONFISCATE_INCOME'],
      procedure: 'ORDINARY',
      fineFen: 60_000_000,
      confiscatedFen: 1_000_000,
    },
  },
  {
    type: 'AbnormalListed',
    number: listing.number,
    occurredAt: '2025-07-08',
    codeSystem: 'gsxt-abnormal-reason',
    content: { reasonCode: '4' },
  },
  {
    ...listing,
    type: 'FactStatusChanged',
    occurredAt: '2025-10-09',
    revision: { kind: 'SOURCE_NUMBER', value: 2 },
    content: { value: 'REMOVED', effectiveAt: '2025-10-09', reason: '已取得联系' },
  },
  {
    type: 'InspectionCompleted',
    number: '双随机〔2025〕3号-1',
    occurredAt: '2025-11-20',
    codeSystem: 'gsxt-inspection-v2',
    content: { drawKind: 'DOUBLE_RANDOM', items: [], codes: ['1'] },
  },
  {
    type: 'InspectionCompleted',
    number: '专项〔2025〕8号-1',
    occurredAt: '2025-12-02',
    codeSystem: 'gsxt-inspection-v2',
    content: { drawKind: 'SPECIAL', items: [], codes: ['E'] },
  },
].map(eventOf);

export const FACTS: readonly StoredFact[] = EVENTS.map(storedFactOf);

/** A manual class 人工调整 of two persons; it lowers what the facts give. */
export const OVERRIDE = eventOf({
  type: 'OverrideSet',
  number: '调整〔2026〕1号',
  occurredAt: '2026-01-05',
  content: {
    schemeId: 'general',
    riskClass: 'A',
    reason: '专项整治后整改到位',
    proposedBy: 'a.li',
    approvedBy: 'b.wang',
    approvedAt: '2026-01-05T10:00:00+08:00',
    validFrom: '2026-01-05',
    validUntil: '2026-03-04',
  },
});

/** A serious-violation listing 严重违法失信名单: a direct determination. */
export const SERIOUS_LISTING = eventOf({
  type: 'SeriousViolationListed',
  number: '中市监严〔2025〕2号',
  occurredAt: '2025-12-20',
  codeSystem: 'samr-serious-violation',
  content: { reasonCode: 'FOOD' },
});
