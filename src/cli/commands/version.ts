// `tempest version`
import { version } from '../../core/version.ts';
import { protocolVersion } from '../../rpc/constants.ts';
import { type Handler, printJson } from '../context.ts';

export const run: Handler<'version'> = async (_, context) => {
  if (context.json) printJson(context, { version, protocolVersion, node: process.versions.node });
  else context.stdout.write(`tempest ${version}\n`);
};
