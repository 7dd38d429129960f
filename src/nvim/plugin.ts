// The remote plugin proper: functions only, so that `:UpdateRemotePlugins` breaks nothing.
import { version } from '../core/version.ts';

/** The part of the `neovim` package's plugin object that is used here. */
export interface PluginApi {
  registerFunction(name: string, fn: () => unknown, options: { sync: boolean }): void;
}

/** `:echo TempestHostInfo()`: which host serves this Neovim. */
export function hostInfo() {
  return { version, pid: process.pid, node: process.versions.node };
}

/** Lua's `host.lua` registers the same list under our own host. */
export function register(plugin: PluginApi): void {
  plugin.registerFunction('TempestHostInfo', hostInfo, { sync: true });
}
