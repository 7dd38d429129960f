// What `npm test` needs on a fresh machine, before npm can run anything installed.
import { installIfStale } from './install.mjs';

installIfStale({ say: (line) => console.log(line) });
