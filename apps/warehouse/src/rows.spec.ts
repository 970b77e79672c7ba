import { factRecordOf, keyOf, toFactRecord, type EnterpriseEvent } from '#libs/contracts';
import {
  classChangeRow,
  eventRow,
  positionRow,
  releaseStepRow,
  UnmappableError,
  warningRow,
  type RowMaker,
} from './rows.ts';
import {
  ACTIVATED,
  classChange,
  PENALTY,
  PENALTY_REMOVED,
  position,
  RELEASE_STEPS,
  RENAMED,
  schemeResult,
  SUBJECT,
  WARNING,
} from './sample-records.fixture.ts';

const context = { key: keyOf(SUBJECT), partition: 3, offset: 41, recordTime: 1_000, appliedAt: 2_000 };
const rowOf = (make: RowMaker, fullName: string, value: unknown) => make(fullName, value, context);
const eventRowOf = (event: EnterpriseEvent) => rowOf(eventRow, `enterprise.events.${event.type}`, event)?.row ?? {};

describe('a row of facts', () => {
  it.each([
    ['content', PENALTY],
    ['a change', RENAMED],
    ['a status', PENALTY_REMOVED],
  ])('gives back the record that the model folds: %s', (_, event) => {
    const row = eventRowOf(event);
    const envelope = {
      factId: row['fact_id'],
      factType: row['fact_type'],
      register: row['register'],
      revision: row['revision'],
      recordId: row['record_id'],
      occurredAt: row['occurred_at'],
      effectiveAt: row['effective_at'],
      publishedAt: row['published_at'],
      caseNumber: row['case_number'],
      codeSystem: row['code_system'],
    } as Parameters<typeof factRecordOf>[0];
    const attributes = JSON.parse(row['attributes'] as string) as Record<string, unknown>;
    expect(factRecordOf(envelope, attributes)).toEqual(toFactRecord(event));
  });

  it('keeps what the model does not read', () => {
    expect(JSON.parse(eventRowOf(PENALTY)['attributes'] as string)).toMatchObject({ summary: '罚款' });
  });

  it('says where the record stood and at which stream time it was applied', () => {
    expect(eventRowOf(PENALTY)).toMatchObject({
      log_partition: 3,
      log_offset: 41,
      record_time: 1_000,
      applied_at: 2_000,
    });
  });

  it('holds the state of a register in columns of its own', () => {
    expect(eventRowOf(PENALTY_REMOVED)).toMatchObject({
      register: 'STANDING',
      status_value: 'REMOVED',
      status_effective_at: Date.parse('2026-02-01T00:00:00+08:00'),
      status_until: null,
      status_reason: '履行完毕',
    });
  });

  it('is refused for an id that the column would pad or cut', () => {
    const bad = { ...PENALTY, envelope: { ...PENALTY.envelope, factId: 'short' } };
    expect(() => eventRowOf(bad)).toThrow(UnmappableError);
  });

  it('is refused under the key of another enterprise, as the scorer refuses the record', () => {
    const elsewhere = { ...context, key: 'uscc:91442000MA5123460E' };
    const make = () => eventRow(`enterprise.events.${PENALTY.type}`, PENALTY, elsewhere);
    expect(make).toThrow(`the key is not the subject's: expected ${keyOf(SUBJECT)}`);
  });
});

describe('control records', () => {
  it('make a row only where a rule set takes effect', () => {
    expect(rowOf(eventRow, 'enterprise.events.RuleSetActivated', ACTIVATED)).toMatchObject({
      table: { name: 'rule_set_activations' },
      row: {
        rule_set_id: 'zhongshan-general',
        rule_set_version: '1.0.0',
        activated_at: ACTIVATED.at,
        retired: false,
        applied_at: 2_000,
      },
    });
    const retired = { ...ACTIVATED, retired: true };
    expect(rowOf(eventRow, 'enterprise.events.RuleSetActivated', retired)?.row).toMatchObject({ retired: true });
    expect(rowOf(eventRow, 'enterprise.events.ClockTick', { recordId: 'x', at: 1 })).toBeUndefined();
  });
});

describe('rows of results', () => {
  it('put the schemes of a position side by side', () => {
    const schemes = [
      schemeResult({ schemeId: 'food', score: 5, riskClass: null, groups: {} }),
      schemeResult({ groups: { penalties: 100_000 } }),
    ];
    expect(rowOf(positionRow, 'risk.PositionUpdated', position({ schemes }))?.row).toMatchObject({
      subject_scheme: SUBJECT.scheme,
      subject_value: SUBJECT.value,
      'schemes.scheme_id': ['food', 'general'],
      'schemes.score': [5, 120_500],
      'schemes.risk_class': [null, 'B'],
      'schemes.group_points': [{}, { penalties: 100_000 }],
      sequence_offset: 7,
      sequence_ordinal: 1,
    });
  });

  it('keep of each scheme its rule set and the class that a manual one stands in for', () => {
    const schemes = [
      schemeResult({ schemeId: 'food', ruleSet: 'food-production@1.0.0' }),
      schemeResult({ riskClass: 'C', computedClass: 'B', overrideFactId: 'f'.repeat(32) }),
    ];
    expect(rowOf(positionRow, 'risk.PositionUpdated', position({ schemes }))?.row).toMatchObject({
      'schemes.rule_set': ['food-production@1.0.0', 'zhongshan-general@1.0.0'],
      'schemes.computed_class': [null, 'B'],
      'schemes.override_fact_id': [null, 'f'.repeat(32)],
    });
    const change = classChange({ to: 'C', computedClass: 'B', overrideFactId: 'f'.repeat(32), cause: 'OVERRIDE' });
    expect(rowOf(classChangeRow, 'risk.ClassChanged', change)?.row).toMatchObject({
      class_to: 'C',
      computed_class: 'B',
      override_fact_id: 'f'.repeat(32),
    });
  });

  it('put the reasons of a class change side by side', () => {
    expect(rowOf(classChangeRow, 'risk.ClassChanged', classChange())?.row).toMatchObject({
      class_from: 'A',
      class_to: 'B',
      'reasons.indicator': ['R01', 'B01'],
      'reasons.points': [100_000, 20_500],
      'reasons.fact_ids': [[PENALTY.envelope.factId], []],
      input_partition: 3,
      input_offset: 7,
    });
  });

  it('keep a warning as it was raised', () => {
    expect(rowOf(warningRow, 'risk.WarningRaised', WARNING)?.row).toMatchObject({
      level: 'ORANGE',
      rule: 'W01',
      scheme_id: 'general',
    });
  });

  it('keep every step of a release with its hash and that of the step before', () => {
    const [checked, dryRun] = RELEASE_STEPS;
    expect(rowOf(releaseStepRow, 'risk.RuleSetReleaseStep', dryRun)).toMatchObject({
      table: { name: 'rule_set_releases' },
      row: {
        rule_set_id: 'zhongshan-general',
        scheme_id: 'general',
        step: 'DRY_RUN',
        done_by: 'a.li',
        dry_run: '{"classes":{"A":1}}',
        step_id: dryRun?.stepId,
        previous_hash: checked?.hash,
        hash: dryRun?.hash,
        log_offset: 41,
      },
    });
  });

  it('refuse a record type of another topic', () => {
    expect(() => rowOf(warningRow, 'risk.ClassChanged', classChange())).toThrow('does not belong in this topic');
    expect(() => rowOf(eventRow, 'risk.ClassChanged', classChange())).toThrow(RangeError);
  });
});
