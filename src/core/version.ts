// The version of this Tempest, as package.json has it.
export { version } from '../../package.json';
