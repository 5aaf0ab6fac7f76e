/** The two things about methods that the extension knows. */

/** By their ids in overlays. */
const OF_ARRAYS = new Set(['describe', 'hsic', 'hsic_matrix']);

/**
 * Whether a result is of arrays in a kernel: it is asked for again there, and has neither target
 * nor baseline nor a comment that could mean it.
 */
export function ofArrays(method: string): boolean {
  return OF_ARRAYS.has(method);
}

/** Whether a result stands for the labels of a data file: its task file keeps it, nobody pins it. */
export function ofLabels(method: string): boolean {
  return method === 'cloze';
}
