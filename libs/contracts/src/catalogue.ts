import type { Catalogue, CodeSystem, FactType } from './catalogue-types.ts';
import { CATALOGUE } from './generated/catalogue.ts';
import type { EventType } from './generated/records.ts';

/** Catalogue of fact types by id (schemas/facts). */
export const FACT_TYPES: Catalogue['facts'] = CATALOGUE.facts;

/** Code lists of this contract: code → Chinese term. */
export const CODE_LISTS: Catalogue['lists'] = CATALOGUE.lists;

/** Code systems of sources whose codes are known; any other system is accepted with whatever codes it brings. */
export const CODE_SYSTEMS: Readonly<Record<string, CodeSystem>> = CATALOGUE.codeSystems;

/** 镇街 towns of Zhongshan by nine-digit code, with the codes that were replaced. */
export const TOWNS: Catalogue['towns'] = CATALOGUE.towns;

/** Record types that carry exactly one fact type, with that type. */
export const FACT_TYPE_OF_RECORD: Readonly<Partial<Record<EventType, FactType>>> = Object.fromEntries(
  Object.values(FACT_TYPES)
    .filter((fact) => fact.record !== 'FactRecorded' && fact.record !== 'DerivedFactRecorded')
    .map((fact) => [fact.record, fact]),
);
