/** One loaded net in an inference thread; it runs one batch at a time. */
export interface Session {
  /**
   * @param images [count, 299, 299, 3], RGB bytes.
   * @param alone See `Engine.classify`.
   * @returns [count, 1001], each row 0..1 with sum 1, in an ArrayBuffer of its own.
   */
  classify(images: Uint8Array, count: number, alone: boolean): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}
