/** Injection token of the schema registry: an interface has none of its own. */
export const REGISTRY = Symbol('AvroRegistry');
