// An extension that has VS Code do as much as ours has, and does nothing itself: it asks for the same setting and for what
// is in its secret storage, and has a row for each server that says what ours does.
import * as vscode from 'vscode';

const icon = new vscode.ThemeIcon('key', new vscode.ThemeColor('list.warningForeground'));
const words = 'needs sign-in';

export async function activate({ secrets }) {
  const servers = vscode.workspace.getConfiguration('mcpOAuth').inspect('servers')?.globalValue ?? {};
  await secrets.keys();
  const rows = Object.keys(servers).map((name) => ({ name }));
  vscode.window.createTreeView('floor.servers', {
    treeDataProvider: {
      getChildren: (row) => (row === undefined ? rows : []),
      getTreeItem({ name }) {
        const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
        item.id = `server:${name}`;
        item.description = words;
        item.iconPath = icon;
        item.contextValue = 'action:sign_in';
        item.accessibilityInformation = { label: `${name}, ${words}` };
        return item;
      },
      resolveTreeItem: (item) => item,
    },
  });
}
