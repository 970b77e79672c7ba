export { populationSql } from './statements.ts';
export type { PopulationOptions } from './statements.ts';
export type { FactSource } from './population.ts';
