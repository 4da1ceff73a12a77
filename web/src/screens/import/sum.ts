// The CRC-32 of a file, read piece by piece: by it the server knows that what arrived in parts is the whole file.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let left = byte;
  for (let bit = 0; bit < 8; bit += 1) left = (left >>> 1) ^ (left & 1 ? 0xedb88320 : 0);
  return left;
});

export class Sum {
  readonly #file: Blob;
  readonly #step: number;
  #known = 0;
  #left = 0xffffffff;

  constructor(file: Blob, step: number) {
    this.#file = file;
    this.#step = step;
  }

  /** Of the file up to a byte that is not before the last one asked for, in hexadecimal. */
  async upTo(end: number): Promise<string> {
    while (this.#known < end) {
      const next = Math.min(end, this.#known + this.#step);
      const bytes = new Uint8Array(await this.#file.slice(this.#known, next).arrayBuffer());
      let left = this.#left;
      for (const byte of bytes) left = (left >>> 8) ^ (TABLE[(left ^ byte) & 0xff] as number);
      this.#left = left;
      this.#known = next;
    }
    return (~this.#left >>> 0).toString(16).padStart(8, '0');
  }
}
