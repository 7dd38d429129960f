// What the methods work with.
import type { Places } from '../core/places.ts';
import type { Service } from '../core/session/service.ts';

export interface HandlerDeps {
  places: Places;
  service: Service;
  env: NodeJS.ProcessEnv;
  version: string;
  startedAt: number;
  clients(): number;
  stop(): void;
}
