/**
 * The very text by which V8 keeps a property of this name. Another copy of it, as files and messages bring one, has to be
 * looked up each time a property is asked for by it, and optimised code that met this one is thrown away over the other.
 */
export function propertyName(text: string): string {
  return Object.keys({ [text]: null })[0] as string;
}
