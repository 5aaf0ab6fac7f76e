/** The tree of the engine: whether there is one, what it holds, what it does. */

import type { StatusAnswer } from '@limner/protocol';
import * as vscode from 'vscode';

import { nameOf } from './names';
import type { Server } from './server';

/** Milliseconds between two looks, while the view is seen. */
const PERIOD = 2000;

interface Line {
  readonly label: string;
  readonly value: string;
  readonly icon?: string;
  readonly children?: readonly Line[];
}

export class EngineView implements vscode.TreeDataProvider<Line>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly _server: Server) {
    this.onDidChangeTreeData = this._changed.event;
    const view = vscode.window.createTreeView('limner.engine', { treeDataProvider: this });
    const look = () => this._look(view.visible);
    this._parts = vscode.Disposable.from(
      this._changed,
      view,
      view.onDidChangeVisibility(look),
      _server.changed(look)
    );
  }

  getChildren(line?: Line): Line[] {
    return [...(line ? (line.children ?? []) : this._lines)];
  }

  getTreeItem({ label, value, icon, children }: Line): vscode.TreeItem {
    const { Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, children ? Expanded : None);
    item.id = label;
    item.description = item.tooltip = value;
    item.iconPath = icon ? new vscode.ThemeIcon(icon) : undefined;
    return item;
  }

  dispose(): void {
    clearInterval(this._timer);
    this._parts.dispose();
  }

  private _look(visible: boolean): void {
    clearInterval(this._timer);
    if (visible) {
      void this._read();
      this._timer = setInterval(() => void this._read(), PERIOD);
    }
  }

  /** Other editors use the engine too, and it tells nobody: it is asked, and drawn if it changed. */
  private async _read(): Promise<void> {
    const lines = linesOf(this._server, await this._server.status());
    if (JSON.stringify(lines) !== JSON.stringify(this._lines)) {
      this._lines = lines;
      this._changed.fire();
    }
  }

  private _lines: readonly Line[] = [];
  private _timer: NodeJS.Timeout | undefined;
  private readonly _changed = new vscode.EventEmitter<void>();
  private readonly _parts: vscode.Disposable;
}

function linesOf(server: Server, status: StatusAnswer | null): Line[] {
  const { t } = vscode.l10n;
  const link: Line = { label: t('Connection'), value: server.about };
  if (!status) {
    return [{ ...link, icon: 'debug-disconnect' }];
  }
  const { engine, models } = status;
  const held = engine.budget_bytes
    ? t('{0} of {1}', bytes(engine.resident_bytes), bytes(engine.budget_bytes))
    : bytes(engine.resident_bytes);
  return [
    { ...link, value: t('{0}, ready after {1} ms', server.about, server.startedIn), icon: 'plug' },
    { label: t('Device'), value: engine.device, icon: 'chip' },
    { label: t('Held by models'), value: held, icon: 'database' },
    { label: t('Queue'), value: t('{0} running, {1} queued', engine.running, engine.queued) },
    {
      label: t('Models'),
      value: String(models.length),
      children: models.map(listed => {
        const model = engine.models.find(({ name }) => name === listed.name) ?? listed;
        const state = `${nameOf(model.state)} · ${bytes(model.bytes)} · ${t('loaded in {0} ms', Math.round(model.load_ms))}`;
        const unloaded = `${nameOf(model.state)} · ${bytes(model.bytes)}`;
        return { label: model.name, value: model.error || (model.loads ? state : unloaded) };
      })
    }
  ];
}

/** Bytes in the unit that gives one to three digits before the point. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  const value = count / 1000 ** power;
  return `${power && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
