/** What a result colours, to be compared with what an editor shows. */

export interface Word {
  readonly text: string;
  /** −4 … 4. */
  readonly step: number;
}

/** Whoever can run a command of our environment. */
export interface Runner {
  run(command: string, ...args: string[]): Promise<string>;
}

/** Least |value| of the strengths 1 … 4; of limner/render/colors.py. */
const EDGES = [0.05, 0.25, 0.5, 0.75];

const asked = new Map<string, Promise<string>>();

/** The words that a result colours, from the command line in the same environment. */
export async function wordsOf(runner: Runner, text: string, ...options: string[]): Promise<Word[]> {
  const args = ['attribute', '--json', ...options, text];
  const key = args.join('\n');
  const run = asked.get(key) ?? runner.run('limner', ...args);
  asked.set(key, run);
  const { words } = JSON.parse(await run) as { words: { text: string; score: number }[] };
  const most = Math.max(...words.map(({ score }) => Math.abs(score)));
  return words.map(({ text, score }) => {
    const strength = EDGES.filter(edge => Math.abs(score) / most >= edge).length;
    return { text, step: score < 0 && strength ? -strength : strength };
  });
}

/** A line of steps for `text` inside `whole`: what an editor should show. */
export function stepsOf(whole: string, text: string, words: readonly Word[]): number[] {
  const steps = Array<number>(whole.length).fill(0);
  let at = whole.indexOf(text);
  for (const word of words) {
    at = whole.indexOf(word.text, at);
    steps.fill(word.step, at, at + word.text.length);
    at += word.text.length;
  }
  return steps;
}

/** Stretches of one strength, readable in a failure. */
export function pairs(text: string, steps: readonly number[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = at + 1;
    while (end < text.length && steps[end] === steps[at]) {
      end += 1;
    }
    if (steps[at]) {
      found.push(`${text.slice(at, end)} ${steps[at]}`);
    }
    at = end;
  }
  return found;
}
