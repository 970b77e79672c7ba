import { AUTHORITIES, CODE_SYSTEMS, DRAW_KINDS } from './codes.ts';
import { yearOf, type Day } from './calendar.ts';
import { occurrences, type Enterprise, type Window } from './enterprises.ts';
import type { Random } from './random.ts';
import { RATES } from './rates.ts';
import type { Fact, Recorder } from './recorder.ts';

/** Results without finding; 7, 9 and F are neutral: closed, deregistered, activity not carried on. */
const CLEAN = [
  { codes: ['1'], weight: 96 },
  { codes: ['7'], weight: 1.5 },
  { codes: ['F'], weight: 1.5 },
  { codes: ['9'], weight: 1 },
] as const;

/**
 * Results with a finding (version 2 of the double-random codes): corrected on order, information, not reachable, falsehood,
 * breaches, not cooperating. Sichuan and Huangshan gave 6 to 15 % with findings, one in ten of them with several codes.
 */
const FINDINGS = [
  { codes: ['E'], weight: 40 },
  { codes: ['B'], weight: 14 },
  { codes: ['6'], weight: 18 },
  { codes: ['C'], weight: 4 },
  { codes: ['D'], weight: 6 },
  { codes: ['3'], weight: 3 },
  { codes: ['4'], weight: 3 },
  { codes: ['5'], weight: 3 },
  { codes: ['G'], weight: 0.5 },
  { codes: ['8'], weight: 1.5 },
  { codes: ['B', 'E'], weight: 3 },
  { codes: ['D', 'E'], weight: 2 },
  { codes: ['B', '6'], weight: 1 },
  { codes: ['C', 'D', 'E'], weight: 1 },
] as const;

const FINDING_SHARE = 0.13;
const ITEMS = ['登记事项检查', '公示信息检查', '价格行为检查', '产品质量检查', '食品安全检查', '特种设备使用检查'];

/** Double-random inspections (双随机抽查): the drawn share of the stock, with results of the published base rates. */
export function inspections(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('inspections');
  const from = Math.max(window.start - 730, enterprise.registered + 30);
  const rate = RATES.inspection * (0.6 + 0.4 * enterprise.proneness);
  const days = occurrences(random, rate, from, enterprise.deregistered ?? window.today);
  days.forEach((day, index) => {
    const { fact, content } = inspect(enterprise, random, { day, index });
    recorder.fact(fact, 'INSPECTION', day, content);
  });
}

/** One inspection and what it found. */
export function inspect(
  { subject, proneness }: Pick<Enterprise, 'subject' | 'proneness'>,
  random: Random,
  { day, index }: { day: Day; index: number },
) {
  const found = random.chance(Math.min(0.6, FINDING_SHARE * (0.6 + 0.4 * proneness)));
  const codes: string[] = [
    ...random.weighted<{ codes: readonly string[]; weight: number }>(found ? FINDINGS : CLEAN).codes,
  ];
  const year = yearOf(day);
  const planNo = `中演双随机${year}`;
  const taskNo = `${planNo}-${String(random.whole(1, 60)).padStart(3, '0')}`;
  const fact: Fact = {
    type: 'InspectionCompleted',
    factType: 'inspection.result',
    authority: AUTHORITIES.market,
    number: `${taskNo}-${subject.value}-${index + 1}`,
    ...CODE_SYSTEMS.doubleRandom,
  };
  const content = {
    planNo,
    taskNo,
    drawKind: random.chance(0.15) ? random.weighted(DRAW_KINDS).code : 'DOUBLE_RANDOM',
    items: itemsOf(random, codes),
    codes,
  };
  return { fact, content };
}

/** Each code of the whole belongs to one item at least; items without a finding carry 1. */
function itemsOf(random: Random, codes: readonly string[]): { item: string; codes: string[] }[] {
  const first = random.whole(0, ITEMS.length - 1);
  const count = Math.max(codes.length, random.whole(1, 3));
  return Array.from({ length: count }, (_, index) => ({
    item: ITEMS[(first + index) % ITEMS.length] ?? '登记事项检查',
    codes: [codes[index] ?? '1'],
  }));
}
