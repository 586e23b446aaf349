// All operations of the hands, on one workbench.
import { accessibilityProblems, accessibilityTree } from './accessibility.ts';
import { browserStorageHolding } from './browserStorage.ts';
import { clickDialog, dialog } from './dialog.ts';
import type { Hands } from './hands.ts';
import { focusedElement, press, type } from './keyboard.ts';
import { accountsMenu, accountsMenuClick } from './menu.ts';
import {
  clearNotifications,
  clickInNotification,
  clickNotification,
  notifications,
  waitForNotification,
} from './notifications.ts';
import {
  clickQuickItemButton,
  pickQuickItem,
  quickInput,
  quickInputText,
  quickItems,
  runCommand,
} from './quickInput.ts';
import {
  clickTreeAction,
  clickTreeRow,
  clickViewWelcome,
  openView,
  setTreeRowOpen,
  treeMenuClick,
  treeRows,
  treeTooltip,
  viewBadge,
  viewWelcome,
  waitForTreeRow,
} from './sideBar.ts';
import { clickStatusBarItem, clickStatusBarTooltip, statusBarItem, statusBarTooltip } from './statusBar.ts';
import { plugInAuthenticator } from './passkeys.ts';
import { pageClick, pageClose, pageFill, pageText, pageUrl, screenshot, waitForPage } from './tabs.ts';
import { clickWalkthroughButton, walkthroughSteps } from './walkthrough.ts';
import { webviewClick, webviewFill, webviewStyle, webviewText, webviewValue } from './webview.ts';
import { closeWindow, openWindow, reloadWindow, useWindow } from './windows.ts';
import type { Workbench } from './workbench.ts';

export function handsOn(workbench: Workbench): Hands {
  return {
    runCommand: (title) => runCommand(workbench, title),
    quickInput: (text) => quickInput(workbench, text),
    pickQuickItem: (label) => pickQuickItem(workbench, label),
    quickInputText: () => quickInputText(workbench),
    quickItems: () => quickItems(workbench),
    clickQuickItemButton: (label, button) => clickQuickItemButton(workbench, label, button),
    press: (key, place) => press(workbench, key, place),
    type: (text, place) => type(workbench, text, place),
    focusedElement: (place) => focusedElement(workbench, place),
    notifications: () => notifications(workbench),
    waitForNotification: (text) => waitForNotification(workbench, text),
    clickNotification: (button) => clickNotification(workbench, button),
    clickInNotification: (text, link) => clickInNotification(workbench, text, link),
    clearNotifications: () => clearNotifications(workbench),
    dialog: () => dialog(workbench),
    clickDialog: (button) => clickDialog(workbench, button),
    openView: (title) => openView(workbench, title),
    treeRows: (view) => treeRows(workbench, view),
    waitForTreeRow: (view, text) => waitForTreeRow(workbench, view, text),
    clickTreeRow: (row) => clickTreeRow(workbench, row),
    setTreeRowOpen: (row, isOpen) => setTreeRowOpen(workbench, row, isOpen),
    viewBadge: (title) => viewBadge(workbench, title),
    treeTooltip: (...asked) => treeTooltip(workbench, ...asked),
    clickTreeAction: (row, action) => clickTreeAction(workbench, row, action),
    treeMenuClick: (row, path) => treeMenuClick(workbench, row, path),
    viewWelcome: (view) => viewWelcome(workbench, view),
    clickViewWelcome: (view, button) => clickViewWelcome(workbench, view, button),
    statusBarItem: (idOrText) => statusBarItem(workbench, idOrText),
    statusBarTooltip: (...asked) => statusBarTooltip(workbench, ...asked),
    clickStatusBarTooltip: (idOrText, link) => clickStatusBarTooltip(workbench, idOrText, link),
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
    webviewText: (selector) => webviewText(workbench, selector),
    webviewValue: (selector) => webviewValue(workbench, selector),
    webviewStyle: (selector, property) => webviewStyle(workbench, selector, property),
    webviewFill: (selector, text) => webviewFill(workbench, selector, text),
    webviewClick: (selector) => webviewClick(workbench, selector),
    walkthroughSteps: () => walkthroughSteps(workbench),
    clickWalkthroughButton: (step, button) => clickWalkthroughButton(workbench, step, button),
    openWindow: (folder) => openWindow(workbench, folder),
    useWindow: (number) => useWindow(workbench, number),
    reloadWindow: () => reloadWindow(workbench),
    closeWindow: () => closeWindow(workbench),
    screenshot: (...picture) => screenshot(workbench, ...picture),
    accessibilityProblems: (surface) => accessibilityProblems(workbench, surface),
    accessibilityTree: (surface) => accessibilityTree(workbench, surface),
    browserStorageHolding: (text) => browserStorageHolding(workbench, text),
  };
}
