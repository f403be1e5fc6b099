/** One loaded net in an inference thread; it runs one batch at a time. */
export interface Session {
  /**
   * @param images [count, height, width, 3], RGB bytes.
   * @param alone See `Engine.classify`.
   * @returns [count, classes], each row 0..1 with sum 1, in an ArrayBuffer of its own.
   */
  classify(images: Uint8Array, count: number, alone: boolean): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}
