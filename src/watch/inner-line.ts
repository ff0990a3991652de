/** The carrier's part of an inner round: hands our gateway its requests as the carrier would, one after another. */
export interface InnerLine {
  /** @returns 'done' when every request was answered as it should be; else what was answered instead. */
  walk(call: { from: string; to: string; keys: readonly string[] }): Promise<string>;
}
