import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnterpriseEvent } from '#libs/contracts';
import { readRuleSetFolder } from '#libs/rule-set-files';
import { packageRoot } from '#libs/service';
import { RULE_SETS_FOLDER } from '../default-opening.ts';
import { emptyCounts, eventsOfFile, type FileCounts } from './import-file.ts';
import { withoutRepetitions } from './import-live.ts';
import { compileMapping } from './map-row.ts';
import { mappingNames, parseMapping, readMapping } from './mapping-file.ts';
import { recordTimeOf } from './past-records.ts';

const NOW = Date.UTC(2026, 5, 1);
const shanghai = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);

describe('the mappings that ship', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mappings-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Imports a copy of a fixture, since refused rows are written beside the file. */
  async function importOf(
    file: string,
    mapping: string,
    period?: string,
  ): Promise<{ events: EnterpriseEvent[]; counts: FileCounts; recordTimes: number[] }> {
    const path = join(folder, file);
    await cp(join(packageRoot(), 'test/fixtures', file), path);
    const mapper = compileMapping(await readMapping(mapping), { period, correlationId: 'test', receivedAt: NOW });
    const counts = emptyCounts();
    const events: EnterpriseEvent[] = [];
    const recordTimes: number[] = [];
    for await (const mapped of withoutRepetitions(eventsOfFile({ path, mapper, counts }), counts)) {
      events.push(mapped.event);
      recordTimes.push(recordTimeOf(mapped, mapper.lagDays, NOW));
    }
    return { events, counts, recordTimes };
  }

  it('are all well formed, and every one has a test below', async () => {
    const names = await mappingNames();
    for (const name of names) expect((await readMapping(name)).name).toBe(name);
    expect(names).toEqual([
      'abnormal-operation-list',
      'chicago-food-inspections',
      'double-publicity-penalties',
      'double-random-results',
    ]);
  });

  it('turn a penalty in 万元 into fen, kinds into the codes of art. 9, and its number into one spelling', async () => {
    const { events, counts } = await importOf('double-publicity-penalties.csv', 'double-publicity-penalties');
    expect(counts).toMatchObject({ rows: 5, events: 7, refusedRows: 0 });
    expect(events[0]).toMatchObject({
      type: 'PenaltyDecided',
      envelope: {
        number: '中市监罚〔2026〕1号',
        authority: '中山市市场监督管理局',
        occurredAt: shanghai('2026-01-10'),
        publishedAt: shanghai('2026-01-20'),
        revision: Date.parse('2026-01-20T09:30:00+08:00'),
        revisionKind: 'SOURCE_UPDATED_AT',
        mapping: 'double-publicity-penalties',
      },
      content: {
        violationType: '食品安全',
        penaltyKinds: ['FINE'],
        procedure: 'ORDINARY',
        fineFen: 5_000_000,
        confiscatedFen: 0,
        publicityEnd: shanghai('2027-01-10'),
      },
    });
    expect(events[1]).toMatchObject({
      envelope: { number: '中市监罚〔2026〕2号' },
      content: {
        penaltyKinds: ['FINE', 'CONFISCATE_INCOME', 'CONFISCATE_GOODS'],
        fineFen: 10_500,
        confiscatedFen: 300_000,
      },
    });
    expect(events[2]).toMatchObject({ content: { procedure: 'SIMPLE', penaltyKinds: ['WARNING'] } });
  });

  it('take a revoked penalty back and end a repaired one, on the same fact', async () => {
    const { events } = await importOf('double-publicity-penalties.csv', 'double-publicity-penalties');
    const [revoked, retraction, repaired, repair] = events.slice(3);
    expect(retraction).toMatchObject({
      type: 'FactStatusChanged',
      envelope: { register: 'STANDING' },
      content: { value: 'RETRACTED', reason: '复议撤销' },
    });
    expect(repair).toMatchObject({
      envelope: { register: 'PUBLICITY' },
      content: { value: 'REPAIRED', effectiveAt: shanghai('2026-03-05') },
    });
    expect(retraction?.envelope.factId).toBe(revoked?.envelope.factId);
    expect(repair?.envelope.factId).toBe(repaired?.envelope.factId);
  });

  it('give the same records from GB18030 as from UTF-8', async () => {
    const utf8 = await importOf('double-publicity-penalties.csv', 'double-publicity-penalties');
    const gb18030 = await importOf('double-publicity-penalties.gb18030.csv', 'double-publicity-penalties');
    expect(gb18030.events).toEqual(utf8.events);
  });

  it('write refused rows beside the file with row, column and rule, and keep them from the others', async () => {
    const { events, counts } = await importOf('double-publicity-penalties.refused.csv', 'double-publicity-penalties');
    expect(events).toHaveLength(1);
    expect(counts).toMatchObject({ rows: 6, duplicates: 1, refusedRows: 4 });
    const rejected = await readFile(counts.rejectedPath as string, 'utf8');
    const lines = rejected.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^\ufeffrow,column,rule,message,CF_WSH,/);
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 3))).toEqual([
      ['4', 'CF_XDR_SHXYM', 'subject.uscc.check-character'],
      ['5', 'CF_JDRQ', 'date'],
      ['5', 'CF_NR_FK', 'money'],
      ['6', 'CF_CFLB1', 'table'],
      ['7', '', 'row'],
    ]);
  });

  it('tell removal from the abnormal list (移出) from correction (更正撤销)', async () => {
    const { events, recordTimes } = await importOf('abnormal-operation-list.csv', 'abnormal-operation-list', '2026-03');
    expect(events.map(({ type, content }) => [type, 'value' in content ? content.value : ''])).toEqual([
      ['AbnormalListed', ''],
      ['AbnormalListed', ''],
      ['FactStatusChanged', 'REMOVED'],
      ['AbnormalListed', ''],
      ['FactStatusChanged', 'RETRACTED'],
    ]);
    expect(events[1]).toMatchObject({
      envelope: { codeSystem: 'gsxt-abnormal-reason', revisionKind: 'FILE_PERIOD', revision: shanghai('2026-03-01') },
      content: { reasonCode: '1', reportYear: 2024 },
    });
    expect(events[2]).toMatchObject({ content: { effectiveAt: shanghai('2025-08-01'), reason: '已补报年度报告' } });
    expect(recordTimes[0]).toBe(shanghai('2025-07-18'));
  });

  it('take the period from the command where the source states no revision', async () => {
    await expect(importOf('abnormal-operation-list.csv', 'abnormal-operation-list')).rejects.toThrow(/--period/);
  });

  it('read JSON Lines like CSV', async () => {
    const { events } = await importOf('abnormal-operation-list.jsonl', 'abnormal-operation-list', '2026-03');
    const csv = await importOf('abnormal-operation-list.csv', 'abnormal-operation-list', '2026-03');
    expect(events.map(({ envelope }) => envelope.recordId)).toEqual(
      csv.events.slice(0, 3).map(({ envelope }) => envelope.recordId),
    );
  });

  it('keep the codes of an inspection with the system they belong to', async () => {
    const { events, counts } = await importOf('double-random-results.csv', 'double-random-results', '2026-03');
    expect(events.map(({ envelope, content }) => [envelope.codeSystem, 'codes' in content && content.codes])).toEqual([
      ['gsxt-inspection-v2', ['1']],
      ['gsxt-inspection-v2', ['B', 'E']],
      ['gsxt-inspection-v2', ['3', '8']],
      ['gsxt-inspection-v1', ['4']],
    ]);
    expect(events[0]?.envelope.factId).not.toBe(events[1]?.envelope.factId);
    expect(counts.faults).toEqual(new Map([['inspection.codes.known-code', 1]]));
  });

  it('read the inspections of Chicago under the licence, in their own code system', async () => {
    const { events, counts } = await importOf('chicago-food-inspections.sample.csv.gz', 'chicago-food-inspections');
    expect(counts).toMatchObject({ rows: 300, events: 300, refusedRows: 0, duplicates: 0 });
    expect(events[0]).toMatchObject({
      type: 'InspectionCompleted',
      envelope: {
        subject: { scheme: 'chicago-licence', value: '82474' },
        codeSystem: 'chicago-food-1',
        number: '529281',
        synthetic: false,
      },
      content: { drawKind: 'ROUTINE', codes: ['PASS'] },
    });
    const codes = new Set(events.flatMap(({ content }) => ('codes' in content ? content.codes : [])));
    expect([...codes].sort()).toEqual(['FAIL', 'PASS', 'PASS_CONDITIONS']);
  });
});

describe('the codes that mappings give to inspections', () => {
  it('are known to every rule set, so that none is an inspection without an outcome', async () => {
    const { tables, events } = await readMapping('chicago-food-inspections');
    const system = (events[0]?.fields['codeSystem'] as { constant: string }).constant;
    const codes = Object.values(tables['results'] ?? {});
    for (const { compiled } of readRuleSetFolder(RULE_SETS_FOLDER)) {
      for (const table of compiled.definition.classifications) {
        if (table.form === 'codeTables' && table.factType === 'inspection.result')
          expect(Object.keys(table.systems[system] ?? {})).toEqual(expect.arrayContaining(codes));
      }
    }
  });
});

describe('a mapping file', () => {
  it('is refused with every fault and the field it is in', () => {
    expect(() => parseMapping('name: X Y\nversion: 1\n', 'x.yaml')).toThrow(/name: .*\n[^]*version: .*\n[^]*events: /);
    expect(() => parseMapping('a: [', 'x.yaml')).toThrow(/x.yaml is not YAML/);
  });

  it('is refused when it reads a column it does not name', async () => {
    const mapping = await readMapping('chicago-food-inspections');
    const wrong = { ...mapping, fields: { ...mapping.fields, number: 'Inspection' } };
    expect(() => compileMapping(wrong, { correlationId: 'test', receivedAt: NOW })).toThrow(
      'mapping chicago-food-inspections, events.0.number: column "Inspection" is not among the columns of the mapping',
    );
  });

  it('is refused when it is not there, with those that are', async () => {
    await expect(readMapping('nothing')).rejects.toThrow(/no mapping nothing; known are abnormal-operation-list/);
  });
});
