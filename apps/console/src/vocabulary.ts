import { CODE_LISTS, CODE_SYSTEMS, FACT_TYPES, TOWNS } from '#libs/contracts';
import { INDUSTRY_SECTIONS } from './industry-sections.ts';
import type { Coded, Label } from './reads/views.ts';

/** Official terms for the codes in the data, from the catalogue of the contracts. An unknown code stays a bare code. */

export function townOf(code: string | null): Coded | null {
  if (code === null) return null;
  const town = TOWNS[code];
  return { code, label: town === undefined ? null : { zh: town.zh, en: town.en } };
}

/** Section 门类 of a GB/T 4754 code by its letter; the code itself is kept. */
export function industryOf(code: string | null): Coded | null {
  return code === null ? null : { code, label: INDUSTRY_SECTIONS[code.charAt(0)] ?? null };
}

/** 登记状态 register status of an enterprise. */
export function statusOf(code: string | null): Coded | null {
  return code === null ? null : { code, label: listed('enterprise-status', code) };
}

export function factTypeLabel(id: string): Label | null {
  const type = FACT_TYPES[id];
  return type === undefined ? null : { zh: type.zh, en: type.en };
}

/** A value of a code list of this contract; the lists have Chinese terms only, so English shows the code in words. */
export function listed(list: string, code: string): Label | null {
  const zh = CODE_LISTS[list]?.[code];
  return zh === undefined ? null : { zh, en: inWords(code) };
}

/** A code of a source's own code system. */
export function sourceCode(system: string, code: string): Label | null {
  const zh = CODE_SYSTEMS[system]?.codes[code];
  return zh === undefined ? null : { zh: `${code} ${zh}`, en: `${code} ${zh}` };
}

/** `STOP_PRODUCTION` and `penaltyKinds` as words. */
export function inWords(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
