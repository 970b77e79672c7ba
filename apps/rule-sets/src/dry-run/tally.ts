import { CELLS, type Cell, type CellCounts, type Mover, type SchemeReport, type ShareOfA } from './report.ts';
import type { Comparison, ScoredEnterprise, Standpoint } from './population.ts';
import { BAND_ORDER, UNKNOWN, type Traits } from './traits.ts';

type Trait = keyof Traits;
const TRAITS: readonly Trait[] = ['age', 'size', 'industry'];

interface Counting {
  rated: number;
  a: number;
}

function cellOf(standpoint: Standpoint | null): Cell {
  return standpoint?.riskClass ?? 'UNRATED';
}

function emptyCells(): Record<Cell, number> {
  return { A: 0, B: 0, C: 0, D: 0, UNRATED: 0 };
}

/** How far a mover moves: classes first, points second. */
function distanceOf({ from, to, scoreBefore, scoreAfter }: Mover): number {
  const classes = from === 'UNRATED' || to === 'UNRATED' ? 1 : Math.abs(CELLS.indexOf(to) - CELLS.indexOf(from));
  return classes * 10_000_000 + Math.abs((scoreAfter ?? 0) - (scoreBefore ?? 0));
}

/** Counts what becomes of the enterprises of one scheme, one after the other; holds only `keep` movers. */
export class Tally {
  readonly schemeId: string;
  readonly #keep: number;
  readonly #migration = Object.fromEntries(CELLS.map((cell) => [cell, emptyCells()])) as Record<
    Cell,
    Record<Cell, number>
  >;
  readonly #shares: Readonly<Record<Trait, Map<string, { before: Counting; after: Counting }>>> = {
    age: new Map(),
    size: new Map(),
    industry: new Map(),
  };
  readonly #furthest: { readonly mover: Mover; readonly distance: number }[] = [];

  constructor(schemeId: string, keep: number) {
    this.schemeId = schemeId;
    this.#keep = keep;
  }

  /** Counts one enterprise; answers it as a mover when its class would be another. */
  add({ subject, traits }: ScoredEnterprise, comparison: Comparison): Mover | undefined {
    const { before, after } = comparison;
    const from = cellOf(before);
    const to = cellOf(after);
    this.#migration[from][to]++;
    for (const trait of TRAITS) this.#addShare(trait, traits[trait], from, to);
    if (from === to) return undefined;
    const mover: Mover = {
      ...{ subject, from, to },
      scoreBefore: from === 'UNRATED' ? null : (before?.score ?? null),
      scoreAfter: to === 'UNRATED' ? null : (after?.score ?? null),
      reasons: comparison.reasons().map(({ indicator, kind, points }) => ({ indicator, kind, points })),
    };
    this.#remember(mover);
    return mover;
  }

  report(before: string | null, after: string | null): SchemeReport {
    return {
      ...{ schemeId: this.schemeId, before, after },
      classes: { before: this.#sums('from'), after: this.#sums('to') },
      migration: this.#migration,
      shareOfA: { age: this.#sharesBy('age'), size: this.#sharesBy('size'), industry: this.#sharesBy('industry') },
      moved: this.#moved(),
      furthest: this.#furthest.map(({ mover }) => mover),
    };
  }

  #addShare(trait: Trait, band: string, from: Cell, to: Cell): void {
    let share = this.#shares[trait].get(band);
    if (share === undefined) {
      share = { before: { rated: 0, a: 0 }, after: { rated: 0, a: 0 } };
      this.#shares[trait].set(band, share);
    }
    count(share.before, from);
    count(share.after, to);
  }

  #remember(mover: Mover): void {
    const distance = distanceOf(mover);
    let at = this.#furthest.length;
    while (at > 0 && (this.#furthest[at - 1]?.distance as number) < distance) at--;
    if (at >= this.#keep) return;
    this.#furthest.splice(at, 0, { mover, distance });
    if (this.#furthest.length > this.#keep) this.#furthest.pop();
  }

  #sums(side: 'from' | 'to'): CellCounts {
    const sums = emptyCells();
    for (const from of CELLS) for (const to of CELLS) sums[side === 'from' ? from : to] += this.#migration[from][to];
    return sums;
  }

  #moved(): SchemeReport['moved'] {
    const moved = { total: 0, worsened: 0, improved: 0, newlyRated: 0, noLongerRated: 0 };
    for (const from of CELLS) {
      for (const to of CELLS) {
        if (from === to) continue;
        const enterprises = this.#migration[from][to];
        moved.total += enterprises;
        if (from === 'UNRATED') moved.newlyRated += enterprises;
        else if (to === 'UNRATED') moved.noLongerRated += enterprises;
        else if (CELLS.indexOf(to) > CELLS.indexOf(from)) moved.worsened += enterprises;
        else moved.improved += enterprises;
      }
    }
    return moved;
  }

  #sharesBy(trait: Trait): readonly ShareOfA[] {
    return [...this.#shares[trait]]
      .map(([band, share]): ShareOfA => ({ band, ...share }))
      .filter(({ before, after }) => before.rated + after.rated > 0)
      .sort((one, other) => rank(one.band) - rank(other.band) || (one.band < other.band ? -1 : 1));
  }
}

function count(counting: Counting, cell: Cell): void {
  if (cell === 'UNRATED') return;
  counting.rated++;
  if (cell === 'A') counting.a++;
}

function rank(band: string): number {
  if (band === UNKNOWN) return Number.MAX_SAFE_INTEGER;
  const place = BAND_ORDER.indexOf(band);
  return place < 0 ? BAND_ORDER.length : place;
}
