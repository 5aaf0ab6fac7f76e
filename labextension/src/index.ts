import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@limner/labextension:plugin',
  autoStart: true,
  activate: () => undefined
};

export default plugin;
