/**
 * Bytes of plain data whose shape both sides know: numbers and counts in the order in which they are written, then every text
 * as one. A text of its own costs a call into native code, both ways, and a state has twenty of them.
 */

/** A number is one byte up to here; then come the marks of longer ones. */
const LARGEST_BYTE = 250;
const LARGEST_IN_TWO = 0xffff;
const IN_TWO_BYTES = 251;
const IN_FOUR_BYTES = 252;
const IN_EIGHT_BYTES = 253;
const NO_NUMBER = 254;

/** What the longest write of one number takes. */
const ROOM = 16;
/** Bytes before the numbers: where the texts begin. */
const HEADER_BYTES = 4;
/** UTF-8 takes no more for each UTF-16 unit of a text. */
const MOST_BYTES_OF_UNIT = 3;

export class PackWriter {
  #bytes = Buffer.allocUnsafeSlow(1024 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #at = HEADER_BYTES;
  #texts = '';

  begin(): void {
    this.#at = HEADER_BYTES;
    this.#texts = '';
  }

  /** Everything written since `begin`; valid until the next one. */
  end(): Buffer {
    const from = this.#at;
    this.#view.setUint32(0, from, true);
    this.#reserve(this.#texts.length * MOST_BYTES_OF_UNIT);
    return this.#bytes.subarray(0, from + this.#bytes.write(this.#texts, from));
  }

  number(value: number | null): void {
    this.#reserve(ROOM);
    if (value === null) this.#bytes[this.#at++] = NO_NUMBER;
    else if (value >>> 0 === value && !Object.is(value, -0)) this.#whole(value);
    else {
      this.#bytes[this.#at] = IN_EIGHT_BYTES;
      this.#view.setFloat64(this.#at + 1, value, true);
      this.#at += 9;
    }
  }

  text(value: string | null): void {
    this.number(value === null ? null : value.length);
    if (value !== null) this.#texts += value;
  }

  #whole(value: number): void {
    if (value <= LARGEST_BYTE) {
      this.#bytes[this.#at++] = value;
    } else if (value <= LARGEST_IN_TWO) {
      this.#bytes[this.#at] = IN_TWO_BYTES;
      this.#view.setUint16(this.#at + 1, value, true);
      this.#at += 3;
    } else {
      this.#bytes[this.#at] = IN_FOUR_BYTES;
      this.#view.setUint32(this.#at + 1, value, true);
      this.#at += 5;
    }
  }

  #reserve(room: number): void {
    if (this.#at + room <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow((this.#at + room) * 2);
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what a PackWriter wrote, in the same order. */
export class PackReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #texts = '';
  #atText = 0;

  begin(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = HEADER_BYTES;
    this.#texts = bytes.toString('utf8', bytes.readUInt32LE(0));
    this.#atText = 0;
  }

  number(): number | null {
    const mark = this.#bytes[this.#at++] as number;
    if (mark <= LARGEST_BYTE) return mark;
    const at = this.#at;
    switch (mark) {
      case IN_TWO_BYTES:
        this.#at = at + 2;
        return this.#bytes.readUInt16LE(at);
      case IN_FOUR_BYTES:
        this.#at = at + 4;
        return this.#bytes.readUInt32LE(at);
      case IN_EIGHT_BYTES:
        this.#at = at + 8;
        return this.#bytes.readDoubleLE(at);
      default:
        return null;
    }
  }

  text(): string | null {
    const length = this.number();
    if (length === null) return null;
    const from = this.#atText;
    this.#atText = from + length;
    return this.#texts.slice(from, this.#atText);
  }
}
