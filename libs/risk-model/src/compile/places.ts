import { attributesOfCode, codeOfType } from '../facts.ts';

/** Place of a fact type of the model; the definition was checked, so it is known. */
export function typeOf(factType: string): number {
  const type = codeOfType(factType);
  if (type === undefined) throw new Error(`${factType} is no fact type of the model`);
  return type;
}

/** Place of an attribute in the packed values of a fact type. */
export function placeOf(factType: string, attribute: string): number {
  const place = attributesOfCode(typeOf(factType)).indexOf(attribute);
  if (place < 0) throw new Error(`${attribute} is no attribute of ${factType}`);
  return place;
}
