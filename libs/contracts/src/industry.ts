/** GB/T 4754-2017: first and last division of each section. */
const SECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  A: [1, 5],
  B: [6, 12],
  C: [13, 43],
  D: [44, 46],
  E: [47, 50],
  F: [51, 52],
  G: [53, 60],
  H: [61, 62],
  I: [63, 65],
  J: [66, 69],
  K: [70, 70],
  L: [71, 72],
  M: [73, 75],
  N: [76, 79],
  O: [80, 82],
  P: [83, 83],
  Q: [84, 85],
  R: [86, 90],
  S: [91, 96],
  T: [97, 97],
};

/** 行业 section letter of a GB/T 4754 division (1–97), or undefined. */
export function sectionOfDivision(division: number): string | undefined {
  return Object.keys(SECTIONS).find((section) => {
    const [first, last] = SECTIONS[section] as readonly [number, number];
    return division >= first && division <= last;
  });
}

/**
 * Checks a 国民经济行业分类 code: section letter and 2 to 4 digits, the first two of which are a division of that
 * section. Returns undefined when it holds, else what is wrong and what would be right.
 */
export function checkIndustry(code: string): string | undefined {
  if (!/^[A-T]\d{2,4}$/.test(code)) {
    const section = /^\d{2,4}$/.test(code) ? sectionOfDivision(Number(code.slice(0, 2))) : undefined;
    return section
      ? `the section letter is missing; expected ${section}${code}`
      : 'expected a GB/T 4754 code: section letter A to T and 2 to 4 digits, as H6210';
  }
  const division = Number(code.slice(1, 3));
  const [first, last] = SECTIONS[code[0] as string] as readonly [number, number];
  if (division >= first && division <= last) return undefined;
  const section = sectionOfDivision(division);
  return section
    ? `division ${code.slice(1, 3)} belongs to section ${section}; expected ${section}${code.slice(1)}`
    : `GB/T 4754 has no division ${code.slice(1, 3)}`;
}
