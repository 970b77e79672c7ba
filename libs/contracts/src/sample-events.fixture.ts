/** One valid JSON statement of each record type, as a source would send it; for tests of this library only. */
export const SAMPLE_CONTEXT = { receivedAt: Date.UTC(2026, 5, 1), correlationId: 'test', allowInternal: true };

const common = {
  source: 'zs-test',
  authority: '中山市市场监督管理局',
  number: 'N-1',
  subject: { scheme: 'uscc', value: '91442000MA5123452K' },
  occurredAt: '2026-01-10',
  publishedAt: '2026-01-15',
  synthetic: true,
};
const dates = { validFrom: '2026-01-10', validUntil: '2026-03-31' };

export const SAMPLES = {
  EnterpriseRegistered: {
    ...common,
    type: 'EnterpriseRegistered',
    content: {
      name: '中山市测试（集团）有限公司',
      registeredAt: '2019-03-04',
      town: '442000118',
      industry: 'h6210',
      entityKind: 'ENTERPRISE',
      status: 'ACTIVE',
      capitalFen: 100_000_000,
      address: '小榄镇１号',
    },
  },
  EnterpriseChanged: {
    ...common,
    type: 'EnterpriseChanged',
    content: { changeKind: 'ADDRESS', before: { town: '442000105' }, after: { town: '442000118', address: '新址' } },
  },
  EnterpriseDeregistered: { ...common, type: 'EnterpriseDeregistered', content: { status: 'DEREGISTERED' } },
  PenaltyDecided: {
    ...common,
    type: 'PenaltyDecided',
    number: '中市监罚（2026）1号',
    caseNumber: '中市监案[2026]7号',
    content: {
      violationType: '虚假宣传',
      penaltyKinds: ['FINE', 'CONFISCATE_INCOME'],
      fineFen: 5_000_000,
      confiscatedFen: 1,
      publicityEnd: '2027-01-09',
    },
  },
  AbnormalListed: {
    ...common,
    type: 'AbnormalListed',
    codeSystem: 'gsxt-abnormal-reason',
    content: { reasonCode: '1', reportYear: 2024 },
  },
  SeriousViolationListed: {
    ...common,
    type: 'SeriousViolationListed',
    codeSystem: 'samr-serious-violation',
    content: { reasonCode: 'FOOD' },
  },
  InspectionCompleted: {
    ...common,
    type: 'InspectionCompleted',
    codeSystem: 'gsxt-inspection-v2',
    content: {
      planNo: 'P1',
      taskNo: 'T1',
      drawKind: 'DOUBLE_RANDOM',
      items: [{ item: '登记事项检查', codes: ['E', '1'] }],
      codes: ['E'],
    },
  },
  ComplaintAccepted: { ...common, type: 'ComplaintAccepted', content: { category: '售后服务', amountFen: 19_900 } },
  ReportVerified: { ...common, type: 'ReportVerified', content: { violationType: '无照经营' } },
  LicenceGranted: {
    ...common,
    type: 'LicenceGranted',
    number: 'JY24420000000001',
    content: { licenceType: 'FOOD_BUSINESS', validFrom: '2026-01-10', validTo: '2031-01-09' },
  },
  AnnualReportFiled: { ...common, type: 'AnnualReportFiled', number: '2025', content: { year: 2025, insuredStaff: 0 } },
  JudgmentDefaulterListed: {
    ...common,
    type: 'JudgmentDefaulterListed',
    number: '（2026）粤2071执1号',
    content: { court: '中山市第一人民法院', filedAt: '2025-12-01', performance: 'NONE', dutyFen: 123 },
  },
  FactRecorded: {
    ...common,
    type: 'FactRecorded',
    factType: 'tax.arrears',
    content: { amountFen: 5, taxType: '增值税' },
  },
  FactStatusChanged: {
    ...common,
    type: 'FactStatusChanged',
    factType: 'penalty.decision',
    register: 'PUBLICITY',
    number: '中市监罚[2026]1号',
    content: { value: 'REPAIRED', reason: '信用修复' },
  },
  DerivedFactRecorded: {
    ...common,
    type: 'DerivedFactRecorded',
    factType: 'derived.address-density',
    content: {
      ...dates,
      value: 12,
      attributes: { address: '小榄镇1号', exempt: false, codes: ['a'], ratio: 0.5, none: null },
    },
  },
  OverrideSet: {
    ...common,
    type: 'OverrideSet',
    content: {
      ...dates,
      schemeId: 'general',
      riskClass: 'C',
      reason: '专项整治',
      proposedBy: 'a.li',
      approvedBy: 'b.wang',
      approvedAt: '2026-01-10T10:00:00+08:00',
    },
  },
  EnterpriseLinked: {
    ...common,
    type: 'EnterpriseLinked',
    content: { to: { scheme: 'uscc', value: '91442000MA5123460E' }, kind: 'RENUMBERED', effectiveAt: '2026-01-10' },
  },
} as const;
