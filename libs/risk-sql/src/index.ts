export { foldedFactsSql, officialTables, populationSql, populationTables } from './statements.ts';
export type { OfficialOptions, OfficialTables, PopulationOptions, StandingTable, TableOptions } from './statements.ts';
export type { FactSource } from './population.ts';
