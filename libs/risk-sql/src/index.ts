export { foldedFactsSql } from './folded-facts.ts';
export { officialTables, populationTables } from './statements.ts';
export type {
  FactSource,
  OfficialOptions,
  OfficialTables,
  PopulationOptions,
  StandingTable,
  TableOptions,
} from './statements.ts';
