import type { Random } from './random.ts';
import { randomOf } from './random.ts';
import type { Town } from './towns.ts';

const FIRST = [
  '兴',
  '盛',
  '华',
  '恒',
  '德',
  '鸿',
  '永',
  '嘉',
  '泰',
  '联',
  '新',
  '明',
  '瑞',
  '宏',
  '信',
  '达',
  '雅',
  '润',
];
const SECOND = [
  '隆',
  '发',
  '丰',
  '源',
  '昌',
  '辉',
  '泰',
  '利',
  '和',
  '美',
  '科',
  '星',
  '城',
  '顺',
  '堡',
  '宇',
  '禾',
  '晟',
];

/** Marks every name as made up: no register knows a name that begins so, and the number makes it unique. */
export const NAME_MARK = '【演示】';

export function nameOf(
  random: Random,
  { index, town, trade, ending }: { index: number; town: Town; trade: string; ending: string },
): string {
  const word = random.pick(FIRST) + random.pick(SECOND);
  return `${NAME_MARK}中山市${town.name}${word}${trade}${String(index).padStart(5, '0')}号${ending}`;
}

/** 32 hex digits in place of the keyed hash of a person who does not exist. */
export function legalRepresentativeKey(seed: number, index: number, successor = 0): string {
  const random = randomOf(seed, index, 'legal-representative', successor);
  let key = '';
  while (key.length < 32)
    key += Math.floor(random.next() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return key;
}
