/** What holds for every input; whoever breaks it is told by these words, without the input. */
export function law(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
