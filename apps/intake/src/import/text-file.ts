import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';

/** A file that cannot be read as text; the message says which and what to do. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le';

export interface TextFile {
  readonly encoding: Encoding;
  /** Size on disk, bytes. */
  readonly bytes: number;
  /** Bytes on disk read so far, for a progress bar. */
  bytesRead(): number;
  /** The text in pieces, decoded, without a byte-order mark; read once. */
  text(): AsyncIterable<string>;
}

const SAMPLE_BYTES = 256 * 1024;

/**
 * Opens a text file, gzip or plain. The encoding is the stated one, else that of a byte-order mark, else UTF-8 where the
 * first 256 KB are UTF-8, else GB18030. Throws FileError when there is no such file, and while reading when a later byte
 * does not fit the encoding.
 */
export async function openTextFile(path: string, stated?: Encoding): Promise<TextFile> {
  const bytes = (await statOf(path)).size;
  const zipped = await isGzip(path);
  const encoding = stated ?? encodingOf(await sampleOf(path, zipped));
  let read = 0;
  return {
    encoding,
    bytes,
    bytesRead: () => read,
    text: () =>
      decoded(
        bytesOf(path, zipped, (length) => (read += length)),
        encoding,
        path,
      ),
  };
}

async function statOf(path: string): Promise<{ size: number }> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found;
  } catch (error) {
    throw new FileError(`there is no file ${path}`, { cause: error });
  }
  throw new FileError(`${path} is not a file`);
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function* bytesOf(path: string, zipped: boolean, onRead: (length: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: SAMPLE_BYTES });
  file.on('data', (chunk) => onRead(chunk.length));
  const source = zipped ? pipeline(file, createGunzip(), () => undefined) : file;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw new FileError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    file.destroy();
  }
}

async function sampleOf(path: string, zipped: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytesOf(path, zipped, () => undefined)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= SAMPLE_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, SAMPLE_BYTES);
}

/** The encoding of the beginning of a text. A character cut off at the end of the sample counts as whole. */
export function encodingOf(sample: Uint8Array): Encoding {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}

async function* decoded(chunks: AsyncIterable<Buffer>, encoding: Encoding, path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw new FileError(`${path} is not ${encoding}; state its encoding with --encoding`, { cause: error });
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}
