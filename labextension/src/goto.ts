/** Going to a place in a file of the folder that JupyterLab shows; one that is closed is opened. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Place } from './chosenTerm';
import type { IClient, IPage, IPages } from './tokens';
import { pathOf, uriOf } from './uris';

/** Milliseconds that a file may take to be open. */
const PATIENCE = 10_000;

export interface Going {
  readonly app: JupyterFrontEnd;
  readonly client: IClient;
  readonly pages: IPages;
  readonly trans: TranslationBundle;
}

/** Open the file and put the caret at the term. */
export async function goTo(going: Going, place: Place): Promise<void> {
  const { app, client, pages, trans } = going;
  const path = pathOf(client.root, place.uri);
  const uri = path === null ? place.uri : uriOf(client.root, path); // as the open ones are written
  const open = pages.get(place.uri) ?? pages.get(uri);
  if (open) {
    await open.reveal(offsetIn(open, place));
    return;
  }
  if (path === null) {
    throw new Error(trans.__('%1 is not below the folder that JupyterLab shows.', place.where));
  }
  const lines = place.line >= 0 && !path.endsWith('.ipynb');
  await app.commands.execute('docmanager:open', { path, ...(lines ? { factory: 'Editor' } : {}) });
  const page = lines ? await entered(pages, uri) : null;
  await page?.reveal(offsetIn(page, place));
}

/** Where the term is in its line; the line's beginning where the text has changed meanwhile. */
export function offsetIn({ doc }: Pick<IPage, 'doc'>, place: Place): number {
  const line = doc.line(Math.max(1, Math.min(place.line + 1, doc.lines)));
  if (!place.text) {
    return Math.min(line.from + place.start, line.to);
  }
  const sentence = line.text.indexOf(place.text);
  const term = line.text.indexOf(place.text.slice(place.start, place.end));
  return line.from + Math.max(0, sentence < 0 ? term : sentence + place.start);
}

/** The page of a file that is being opened; null: it is none of ours, or takes too long. */
function entered(pages: IPages, uri: string): Promise<IPage | null> {
  return new Promise(done => {
    // a page comes before its editor, which nobody tells of
    const look = () => {
      const page = pages.get(uri);
      if (page?.views.size) {
        end(page);
      }
    };
    const end = (page: IPage | null) => {
      pages.changed.disconnect(look);
      window.clearInterval(timer);
      window.clearTimeout(late);
      done(page);
    };
    const timer = window.setInterval(look, 50);
    const late = window.setTimeout(() => end(null), PATIENCE);
    pages.changed.connect(look);
    look();
  });
}
