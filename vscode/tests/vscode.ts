/** As much of `vscode` as the pure parts of the extension use. */

export const l10n = {
  t: (text: string, ...given: unknown[]): string =>
    text.replace(/\{(\d)\}/g, (_, index: string) => String(given[Number(index)]))
};
