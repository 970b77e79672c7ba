import { CODE_LISTS, CODE_SYSTEMS, FACT_TYPES, INTERNAL_TYPES } from '#libs/contracts';

/** The catalogue a source needs: the fact types it may state, and the codes they take. */
export function factTypesDocument(): object {
  return {
    factTypes: Object.values(FACT_TYPES).filter(({ record }) => !INTERNAL_TYPES.includes(record)),
    codeLists: CODE_LISTS,
    codeSystems: CODE_SYSTEMS,
  };
}
