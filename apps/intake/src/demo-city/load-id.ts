import type { CitySettings } from './enterprises.ts';

const FORM = /^demo-city\/seed-(\d+)\/enterprises-(\d+)\/years-(\d+)\/until-(\d+)$/u;

/** Names a load by what it holds, so that an interrupted one can be gone on with by its name alone. */
export function loadIdOf({ seed, enterprises, years, until }: CitySettings): string {
  return `demo-city/seed-${seed}/enterprises-${enterprises}/years-${years}/until-${until}`;
}

/** The settings a load id names, or nothing if it names no city. */
export function settingsOfLoad(loadId: string): CitySettings | undefined {
  const [seed, enterprises, years, until] = FORM.exec(loadId)?.slice(1).map(Number) ?? [];
  if (seed === undefined || enterprises === undefined || years === undefined || until === undefined) return undefined;
  return { seed, enterprises, years, until };
}
