/** Injection token of the path of a batch: a function type has none of its own. */
export const STORE_BATCH = Symbol('StoreBatch');
