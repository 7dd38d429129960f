// Puts the session service together: store, table, terminals and status, reconciled and kept so.
import { setTimeout as delay } from 'node:timers/promises';
import type { HostEvent, TerminalHost } from '../../terminal/protocol.ts';
import { agentsFrom, type Registry } from '../agents/registry.ts';
import { systemClock } from '../clock.ts';
import { type Config, loadConfig } from '../config.ts';
import type { Finding } from '../doctor/finding.ts';
import { examine } from '../doctor.ts';
import { createKept } from '../kept.ts';
import type { Places } from '../places.ts';
import { bootId } from '../process.ts';
import { keptCommentsSchema, noComments } from '../review/comment.ts';
import { marksSchema, noMarks } from '../review/marks.ts';
import { openStore, type Store } from '../store.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { createByHand, type ResolvingByHand } from './by-hand.ts';
import { type ChangeCounter, createChangeCounter } from './changes.ts';
import { type Checks, createChecks } from './check.ts';
import { endAgent } from './close.ts';
import { type Comments, createComments } from './comments.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import type { Deps } from './deps.ts';
import { createStatusKeeper, ownerOf } from './evidence.ts';
import { couldNotResume, startAnew } from './fallback.ts';
import { createForecast, type Outlook } from './forecast.ts';
import { createGuard } from './guard.ts';
import { keepLastMessages } from './last-message.ts';
import { learnConversation, learnRecord } from './launch.ts';
import { createListening } from './listening.ts';
import { createOutlooks } from './outlooks.ts';
import { reconcile } from './reconcile.ts';
import { isLive, type SessionRecord } from './record.ts';
import { createReviewing, type Reviewing } from './review.ts';
import { createReviewSending, type ReviewSending } from './review-sending.ts';
import { createRewriting, type Rewriting } from './rewrite.ts';
import { createSaid } from './said.ts';
import { createScreens } from './screens.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createShipping, type Shipping } from './ship.ts';
import { createSweeper } from './sweep.ts';
import { createTable, type Table, type TableEvent } from './table.ts';
import { createTerminals, type Terminals } from './terminals.ts';
import { createTurns } from './turns.ts';
import { createUsage } from './usage.ts';

export interface ServiceOptions {
  places: Places;
  env: NodeJS.ProcessEnv;
  /** The folder of the built programs, where the demo agent is. */
  programs: string;
  connectHost(): Promise<TerminalHost | null>;
  startHost(): Promise<TerminalHost>;
  /** Every change to a session, in order. */
  onChange(event: TableEvent): void;
  /** Something was marked in the review of a session. */
  onReview(id: string): void;
  /** The conflict forecast of a repository is another. */
  onOutlook(root: string, outlook: Outlook): void;
  log(line: string): void;
  now?: () => number;
  /** See Deps.onStep. */
  onStep?: (step: string) => Promise<void> | void;
}

export interface Service {
  sessions: Sessions;
  review: Reviewing;
  shipping: Shipping;
  comments: Comments;
  reviewSending: ReviewSending;
  checks: Checks;
  rewriting: Rewriting;
  byHand: ResolvingByHand;
  attempts: Attempts;
  table: Table;
  store: Store;
  terminals: Terminals;
  changes: ChangeCounter;
  config(): Promise<Config>;
  agents(): Promise<Registry>;
  /** Whether any agent runs, or anything is under way. */
  isBusy(): boolean;
  /** What a crash left; see `core/doctor.ts`. */
  examine(repair: boolean): Promise<Finding[]>;
  /** Resolves when what the last daemon left half done is done. */
  settled: Promise<void>;
  /** Resolves when all that is known is on disk, or the disk takes too long. */
  close(): Promise<void>;
}

/** A daemon that stops waits no longer for its disk, in ms: the next one can find out what is missing. */
const lastWriteMs = 5_000;
/** At most this often, in ms, an agent's own records are searched for its conversation and its record. */
const learnMs = 1_000;

/** Opens the store, adopts the terminals that are running, and takes up what was half done. */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { places, log, now = Date.now } = options;
  const store = await openStore(places.sessions, log);
  const announce = (event: TableEvent) => {
    turns.seen(event);
    outlooks.seen(event);
    options.onChange(event);
    // Once the change is on its way to the disk: what comes of it must not overtake it.
    if (event.kind === 'removed') sweeper.removed(event.id);
    if (event.kind === 'changed') {
      queueMicrotask(() => {
        delivery?.look(event.session.id);
        reviewSending.look(event.session.id);
      });
    }
  };
  const table = createTable(store, announce, log);
  const turns = createTurns({
    now,
    table,
    places,
    log,
    spent: (id, since, until) => usage.ofTurn(id, since, until),
    onEnd(id, { number, tree, ending }, at) {
      checks.turnEnded(id, ending);
      comments.turnEnded(id, { number, tree, at }).catch((error) => log(`${error}`));
    },
  });
  let delivery: Delivery | null = null;
  const guard = createGuard();

  let registry = agentsFrom({}, options.programs);
  const config = () => loadConfig(places.config);
  const agents = async () => {
    registry = agentsFrom((await config()).agents, options.programs);
    return registry;
  };
  const clock = { ...systemClock, now };
  const status = createStatusKeeper({ table, agents: () => registry, clock });
  const said = createSaid();
  const usage = createUsage({ said, table, clock });
  const lastMessages = keepLastMessages({ said, table });
  const listening = createListening({
    table,
    status,
    said,
    agents: () => registry,
    spool: places.spool,
    now,
    log,
  });
  const terminals = createTerminals({
    connect: options.connectHost,
    start: options.startHost,
    onEvent: (event) => heard(event),
    onGone: () => hostGone(),
    log,
    identity: places.hostIdentity,
  });
  const deps: Deps = {
    places,
    table,
    terminals,
    status,
    listening,
    said,
    marks: createKept({ folder: places.marks, schema: marksSchema, empty: noMarks, log }),
    comments: createKept({
      folder: places.comments,
      schema: keptCommentsSchema,
      empty: noComments,
      log,
    }),
    reviewChanged: options.onReview,
    config,
    agents,
    env: options.env,
    now,
    clock,
    boot: bootId(),
    log,
    onStep: options.onStep ?? (() => {}),
  };
  const sweeper = createSweeper(deps, guard);
  const changes = createChangeCounter(deps);
  const checks = createChecks(deps, changes, guard);
  const forecast = createForecast(deps, changes);
  const outlooks = createOutlooks({ table, log, forecast, changed: options.onOutlook });
  const sessions = createSessions(deps, changes, guard, turns, checks, outlooks);
  const comments = createComments(deps, changes);
  const reviewSending = createReviewSending(deps, changes, sessions, comments);
  const learnAt = new Map<string, number>();
  const learning = new Set<string>();

  const heard = (event: HostEvent) => {
    status.heard(event);
    const record = ownerOf(table, event.terminal);
    if (!record) return;
    if (event.event === 'exit') void ended(record.id);
    else screens.changed(record.id);
    if (event.event === 'exit' || event.changed === 'outputAt') changes.touch(record.id);
    if (record.conversation === null || wantsRecord(record)) learn(record.id);
  };
  const ended = async (id: string) => {
    await listening.finish(id).catch((error) => log(`the last words of ${id}: ${error}`));
    if (couldNotResume(table.get(id), now())) await startAnew(deps, guard, id);
  };
  const agentOf = (record: SessionRecord) => {
    try {
      return registry.of(record);
    } catch {
      return null; // Its table is gone from the config.
    }
  };
  const wantsRecord = (record: SessionRecord) =>
    agentOf(record)?.findTranscript !== undefined && !listening.reads(record.id);
  const screens = createScreens(deps, agentOf);
  const learn = (id: string) => {
    if (learning.has(id)) return;
    learning.add(id);
    const wait = Math.max(0, (learnAt.get(id) ?? 0) - now());
    clock.after(wait, () => {
      learning.delete(id);
      learnAt.set(id, now() + learnMs);
      if (!table.has(id)) return;
      learnConversation(deps, id)
        .then(() => learnRecord(deps, id))
        .catch((error) => log(`conversation of ${id}: ${error}`));
    });
  };
  /** Its terminals died with it; what ignored the hang-up is ended now. */
  const hostGone = () => {
    for (const record of table.all().filter(isLive)) {
      status.exited(record.id, { code: null, signal: null });
      guard(record.id, () => endAgent(deps, record.id)).catch((error) => log(`${error}`));
    }
  };

  const rewriting = createRewriting(deps, changes, turns, guard);
  delivery = createDelivery(deps, guard);
  checks.settle();
  // What agents said meanwhile is read by those that the configuration knows, too.
  await agents().catch((error) => log(`${error}`));
  const { done: settled } = await reconcile(deps, guard);
  delivery.takeUp();
  for (const { id } of table.all()) screens.changed(id);
  for (const { id } of table.all()) reviewSending.look(id);
  void changes.countAll();
  return {
    sessions,
    review: createReviewing(deps, sessions, turns),
    checks,
    rewriting,
    byHand: createByHand(deps, { changes, turns, rewriting }, guard),
    attempts: createAttempts(deps, changes, sessions, guard),
    shipping: createShipping(deps, changes, guard),
    comments,
    reviewSending,
    table,
    store,
    terminals,
    changes,
    config,
    agents,
    examine: (repair) => examine({ deps, guard, repair }),
    isBusy: () => table.all().some(isAtWork),
    settled,
    async close() {
      sweeper.stop();
      delivery?.stop();
      checks.stopAll();
      usage.stop();
      lastMessages.stop();
      status.stop();
      listening.stop();
      changes.stop();
      outlooks.stop();
      terminals.close();
      await Promise.race([store.settled(), delay(lastWriteMs, undefined, { ref: false })]);
    },
  };
}

function isAtWork(record: SessionRecord): boolean {
  return isLive(record) || record.task !== null || record.check?.state === 'running';
}
