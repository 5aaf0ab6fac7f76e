/** The tree of probes: by document, the one in front first. */

import * as vscode from 'vscode';

import { ofArrays, ofLabels } from './methods';
import { nameOf } from './names';
import type { Overlays, Page } from './overlays';
import { excerpt, type Meant } from './places';

/** A document, or a probe of it; commands read `probe` of the latter. */
type Node =
  | { readonly kind: 'document'; readonly title: string; readonly pages: readonly Page[] }
  | { readonly kind: 'probe'; readonly probe: string; readonly meant: Meant };

export class ProbesView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly _overlays: Overlays) {
    this.onDidChangeTreeData = this._changed.event;
    const fire = () => this._changed.fire();
    this._parts = vscode.Disposable.from(
      this._changed,
      _overlays.changed(fire),
      vscode.window.onDidChangeActiveTextEditor(fire),
      vscode.window.registerTreeDataProvider('limner.probes', this)
    );
  }

  getChildren(node?: Node): Node[] {
    if (!node) {
      return grouped(this._overlays.pages, vscode.window.activeTextEditor?.document);
    }
    return node.kind === 'probe'
      ? []
      : node.pages.flatMap(({ document, probes }) =>
          probes.map((probe): Node => {
            return { kind: 'probe', probe: probe.said.id, meant: { document, probe } };
          })
        );
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'document') {
      const item = new vscode.TreeItem(node.title, vscode.TreeItemCollapsibleState.Expanded);
      item.id = node.title;
      return item;
    }
    const { said } = node.meant.probe;
    const labels = ofLabels(said.method);
    const name = labels ? (said.options['task'] ?? '') : excerpt(node.meant);
    const item = new vscode.TreeItem(name || said.method);
    item.id = said.id;
    item.description = said.error ?? (said.title || nameOf(said.state));
    item.tooltip = `${said.error ?? said.title}\n${said.method} · ${said.model} · ${nameOf(said.state)}`;
    item.iconPath = new vscode.ThemeIcon(iconOf(said.state));
    const kinds = [said.panel && 'chart', !ofArrays(said.method) && 'text'];
    const its = labels ? ['labels', kinds[0]] : ['probe', ...kinds];
    item.contextValue = its.filter(kind => kind).join(' ');
    const title = vscode.l10n.t('Go there');
    item.command = { command: 'limner.here.reveal', title, arguments: [{ probe: said.id }] };
    return item;
  }

  dispose(): void {
    this._parts.dispose();
  }

  private readonly _changed = new vscode.EventEmitter<void>();
  private readonly _parts: vscode.Disposable;
}

/** All cells of a notebook are one document; that of the editor in front comes first. */
function grouped(pages: readonly Page[], front: vscode.TextDocument | undefined): Node[] {
  const byPath = new Map<string, Page[]>();
  for (const page of pages) {
    const path = page.document.uri.path;
    byPath.set(path, [...(byPath.get(path) ?? []), page]);
  }
  const here = front?.uri.path;
  return [...byPath]
    .sort(([one], [other]) => Number(other === here) - Number(one === here))
    .map(([, group]) => {
      const title = vscode.workspace.asRelativePath(group[0].document.uri.path);
      return { kind: 'document', title, pages: group };
    });
}

/** A codicon for a state. */
export function iconOf(state: string): string {
  const icons: Record<string, string> = { done: 'pass', failed: 'warning', idle: 'circle-outline' };
  return icons[state] ?? (state === 'queued' ? 'watch' : 'loading~spin');
}
