/** From JupyterLab's paths to the URIs of language servers. */

/** URI of a file below the server's root; of another drive, one that names no file. */
export function uriOf(root: string, path: string): string {
  const [drive, local] = path.includes(':') ? path.split(/:(.*)/s) : ['', path];
  const encoded = (local ?? '').split('/').map(encodeURIComponent).join('/');
  if (drive) {
    return `jupyter-${drive.toLowerCase().replace(/[^a-z0-9.+-]/g, '-')}:/${encoded}`;
  }
  return `${root.replace(/\/$/, '')}/${encoded}`;
}

const BY_EXTENSION: Record<string, string> = {
  py: 'python',
  pyi: 'python',
  md: 'markdown',
  markdown: 'markdown',
  qmd: 'markdown',
  txt: 'plaintext',
  text: 'plaintext',
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  toml: 'toml',
  tex: 'latex',
  rst: 'restructuredtext'
};

/** The protocol's name of a file's language; files of others are not sent. */
export function languageOf(path: string): string | null {
  const extension = /\.([^./]+)$/.exec(path)?.[1] ?? '';
  return BY_EXTENSION[extension.toLowerCase()] ?? null;
}

/** URI of the file that lies beside another one, by the path that its server calls it. */
export function besideOf(uri: string, path: string): string {
  const name = path.split(/[\\/]/).pop() ?? path;
  return `${uri.slice(0, uri.lastIndexOf('/') + 1)}${encodeURIComponent(name)}`;
}

/** The path below the server's root of a URI; null where it is not below it. */
export function pathOf(root: string, uri: string): string | null {
  const base = `${root.replace(/\/$/, '')}/`;
  const file = uri.split('#')[0] ?? '';
  try {
    const [above, path] = [decodeURIComponent(base), decodeURIComponent(file)];
    return path.startsWith(above) ? path.slice(above.length) : null;
  } catch {
    return null; // not one of ours
  }
}
