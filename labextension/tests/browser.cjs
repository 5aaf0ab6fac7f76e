/** What JupyterLab's packages expect of a browser when they are loaded, and jsdom has not. */
globalThis.DragEvent ??= class DragEvent extends globalThis.MouseEvent {};
