/** The command cannot be carried out as things stand; the message says why and what to do. Nothing was written. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
