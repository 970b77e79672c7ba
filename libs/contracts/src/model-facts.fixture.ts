import { SAMPLES } from './sample-events.fixture.ts';

/** One statement of every fact type the model reads, each with every attribute that it may read; for tests only. */
const { source, authority, subject, occurredAt, publishedAt } = SAMPLES.PenaltyDecided;
const common = { source, authority, number: 'N-1', subject, occurredAt, publishedAt, synthetic: true };
const recorded = (factType: string, content: object, more: object = {}) => ({
  ...common,
  ...more,
  type: 'FactRecorded',
  factType,
  content,
});
const derived = (factType: string) => ({
  ...common,
  type: 'DerivedFactRecorded',
  factType,
  content: { value: 3, validFrom: '2026-01-10', validUntil: '2026-03-31' },
});

const PERSON = 'f'.repeat(32);
const REGISTERED = {
  registeredAt: '2019-03-04',
  town: '442000118',
  industry: 'H6210',
  entityKind: 'ENTERPRISE',
  status: 'ACTIVE',
};

export const MODEL_FACTS: Readonly<Record<string, object>> = {
  'enterprise.registration': {
    ...SAMPLES.EnterpriseRegistered,
    content: { ...SAMPLES.EnterpriseRegistered.content, legalRepresentativeKey: PERSON },
  },
  'enterprise.change': {
    ...SAMPLES.EnterpriseChanged,
    content: {
      changeKind: 'CAPITAL',
      before: { capitalFen: 100_000_000 },
      after: { ...REGISTERED, capitalFen: 10_000_000, legalRepresentativeKey: PERSON },
    },
  },
  'enterprise.deregistration': SAMPLES.EnterpriseDeregistered,
  'penalty.decision': SAMPLES.PenaltyDecided,
  'abnormal.listing': SAMPLES.AbnormalListed,
  'serious-violation.listing': SAMPLES.SeriousViolationListed,
  'inspection.result': SAMPLES.InspectionCompleted,
  'complaint.accepted': SAMPLES.ComplaintAccepted,
  'report.verified': SAMPLES.ReportVerified,
  'licence.grant': SAMPLES.LicenceGranted,
  'annual-report.filing': {
    ...SAMPLES.AnnualReportFiled,
    content: { year: 2025, revenueFen: 1_230_000_000, insuredStaff: 0 },
  },
  'court.defaulter-listing': {
    ...SAMPLES.JudgmentDefaulterListed,
    content: { ...SAMPLES.JudgmentDefaulterListed.content, personKey: PERSON },
  },
  'order.stop-production': recorded('order.stop-production', { until: '2026-03-31' }),
  'licence.revocation': recorded('licence.revocation', { licenceType: 'FOOD_BUSINESS' }),
  'registration.cancellation': recorded('registration.cancellation', {}),
  'accident.responsibility': recorded('accident.responsibility', { field: 'FOOD', grade: 'LARGER' }),
  'crime.conviction': recorded('crime.conviction', {}),
  'national.serious-listing': recorded('national.serious-listing', { list: 'WAGE_ARREARS' }),
  'crime.transfer': recorded('crime.transfer', {}),
  'registration.fraud-inquiry': recorded('registration.fraud-inquiry', {}),
  'annual-report.missed': recorded('annual-report.missed', { year: 2024 }),
  'social-insurance.snapshot': recorded('social-insurance.snapshot', { insuredStaff: 0, quarterEnd: '2026-03-31' }),
  'tax.arrears': SAMPLES.FactRecorded,
  'tax.abnormal-taxpayer': recorded('tax.abnormal-taxpayer', {}),
  'insolvency.proceeding': recorded('insolvency.proceeding', { kind: 'BANKRUPTCY' }),
  'product-check.failed': recorded('product-check.failed', {}),
  'food-check.failed': recorded('food-check.failed', {}),
  'recall.ordered': recorded('recall.ordered', {}),
  'equipment.overdue': recorded('equipment.overdue', {}),
  'equipment.hazard': recorded('equipment.hazard', {}),
  'court.representative-defaulter': recorded('court.representative-defaulter', { personKey: PERSON }),
  'court.equity-freeze': recorded('court.equity-freeze', { until: '2026-03-31' }),
  'court.enforcement-terminated': recorded('court.enforcement-terminated', {}),
  'opinion.verified': recorded('opinion.verified', {}),
  'honour.grant': recorded('honour.grant', { kind: 'TAX_A', validTo: '2026-03-31' }),
  'complaint.mass-confirmed': recorded('complaint.mass-confirmed', {}),
  'derived.address-density': derived('derived.address-density'),
  'derived.person-firms': derived('derived.person-firms'),
  'derived.peer-complaints': derived('derived.peer-complaints'),
  'derived.complaint-surge': derived('derived.complaint-surge'),
  'derived.representative-firms-d': derived('derived.representative-firms-d'),
  'derived.shareholder-d': derived('derived.shareholder-d'),
  'derived.branches-d': derived('derived.branches-d'),
  'override.class': SAMPLES.OverrideSet,
  'enterprise.link': SAMPLES.EnterpriseLinked,
};
