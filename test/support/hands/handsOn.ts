// All operations of the hands, on one workbench.
import { browserStorageHolding } from './browserStorage.ts';
import { clickDialog, dialog } from './dialog.ts';
import type { Hands } from './hands.ts';
import { accountsMenu, accountsMenuClick } from './menu.ts';
import {
  clearNotifications,
  clickNotification,
  notifications,
  waitForNotification,
} from './notifications.ts';
import { pickQuickItem, quickInput, quickInputText, runCommand } from './quickInput.ts';
import {
  clickTreeAction,
  clickTreeRow,
  clickViewWelcome,
  openView,
  treeMenuClick,
  treeRows,
  viewWelcome,
  waitForTreeRow,
} from './sideBar.ts';
import { clickStatusBarItem, statusBarItem, statusBarTooltip } from './statusBar.ts';
import { plugInAuthenticator } from './passkeys.ts';
import { pageClick, pageClose, pageFill, pageText, pageUrl, screenshot, waitForPage } from './tabs.ts';
import { closeWindow, openWindow, reloadWindow, useWindow } from './windows.ts';
import type { Workbench } from './workbench.ts';

export function handsOn(workbench: Workbench): Hands {
  return {
    runCommand: (title) => runCommand(workbench, title),
    quickInput: (text) => quickInput(workbench, text),
    pickQuickItem: (label) => pickQuickItem(workbench, label),
    quickInputText: () => quickInputText(workbench),
    press: (key) => workbench.page.keyboard.press(key),
    notifications: () => notifications(workbench),
    waitForNotification: (text) => waitForNotification(workbench, text),
    clickNotification: (button) => clickNotification(workbench, button),
    clearNotifications: () => clearNotifications(workbench),
    dialog: () => dialog(workbench),
    clickDialog: (button) => clickDialog(workbench, button),
    openView: (title) => openView(workbench, title),
    treeRows: (view) => treeRows(workbench, view),
    waitForTreeRow: (view, text) => waitForTreeRow(workbench, view, text),
    clickTreeRow: (row) => clickTreeRow(workbench, row),
    clickTreeAction: (row, action) => clickTreeAction(workbench, row, action),
    treeMenuClick: (row, path) => treeMenuClick(workbench, row, path),
    viewWelcome: (view) => viewWelcome(workbench, view),
    clickViewWelcome: (view, button) => clickViewWelcome(workbench, view, button),
    statusBarItem: (idOrText) => statusBarItem(workbench, idOrText),
    statusBarTooltip: (idOrText) => statusBarTooltip(workbench, idOrText),
    clickStatusBarItem: (idOrText) => clickStatusBarItem(workbench, idOrText),
    accountsMenu: (pictureName) => accountsMenu(workbench, pictureName),
    accountsMenuClick: (path) => accountsMenuClick(workbench, path),
    waitForPage: (urlPrefix) => waitForPage(workbench, urlPrefix),
    pageText: () => pageText(workbench),
    pageUrl: () => pageUrl(workbench),
    pageClick: (selector) => pageClick(workbench, selector),
    pageFill: (selector, text) => pageFill(workbench, selector, text),
    pageClose: () => pageClose(workbench),
    plugInAuthenticator: () => plugInAuthenticator(workbench),
    openWindow: (folder) => openWindow(workbench, folder),
    useWindow: (number) => useWindow(workbench, number),
    reloadWindow: () => reloadWindow(workbench),
    closeWindow: () => closeWindow(workbench),
    screenshot: (...picture) => screenshot(workbench, ...picture),
    browserStorageHolding: (text) => browserStorageHolding(workbench, text),
  };
}
