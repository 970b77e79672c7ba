/** Events in the form of the interface: an enterprise, and a listing that makes it class C. */
export const common = (uscc: string) => ({
  ...{ source: 'e2e', authority: '中山市市场监督管理局', synthetic: true, occurredAt: '2026-11-02' },
  subject: { scheme: 'uscc', value: uscc },
});
export const registration = (uscc: string) => ({
  ...common(uscc),
  ...{ type: 'EnterpriseRegistered', number: uscc, occurredAt: '2010-03-01' },
  content: { name: '甲', registeredAt: '2010-03-01', town: '442000118', industry: 'I6510', status: 'ACTIVE' },
});
export const listing = (uscc: string) => ({
  ...common(uscc),
  ...{ type: 'AbnormalListed', number: `L-${uscc}`, codeSystem: 'gsxt-abnormal-reason', codeSystemVersion: '1' },
  content: { reasonCode: '4' },
});
