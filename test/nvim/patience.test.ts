// How long Neovim waits for an answer: as long as what a request may run can take.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Link } from '../../src/nvim/link.ts';
import type { Message } from '../../src/nvim/messages.ts';
import { createRequests } from '../../src/nvim/requests.ts';
import { patience, patienceFor, waitsFor } from '../../src/rpc/patience.ts';
import { type Method, requests } from '../../src/rpc/protocol.ts';
import { neovims } from '../support/neovim.ts';
import { sandbox } from '../support/sandbox.ts';
import { until } from '../support/until.ts';
import { startEditor } from './support/editor.ts';

const methods = Object.keys(requests) as Method[];
const having = (...fields: string[]) =>
  methods.filter((method) => fields.some((field) => field in requests[method].params.shape));

describe('the list', () => {
  it('has every method of the protocol, and no other', () => {
    expect(Object.keys(waitsFor).sort()).toEqual(methods.toSorted());
  });

  it.each(having('progressToken', 'env'))(
    'lets %s run programs, as its parameters say',
    (method) => {
      expect(waitsFor[method]).toBe('programs');
    },
  );

  it.each(having('scope', 'page'))('lets %s read a large repository', (method) => {
    expect(patienceFor(method)).toBeGreaterThan(patience.answer);
  });

  it.each(
    methods.filter((method) =>
      /^(session|merge)\/(commit|apply|undo|rebase|squash|push)$/.test(method),
    ),
  )('lets %s run hooks, or reach the network', (method) => {
    expect(waitsFor[method]).toBe('programs');
  });
});

describe('a request that is not answered', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(methods)('%s is given up after its time, and not before', async (method) => {
    let signal: AbortSignal | undefined;
    const connection = {
      request: (_method: string, _params: object, options: { signal: AbortSignal }) => {
        signal = options.signal;
        return new Promise<never>(() => {});
      },
    };
    const link = { connection: async () => connection } as unknown as Link;
    const told: Message[] = [];
    void createRequests(link, (message) => told.push(message)).run(1, method, {});
    const limitMs = patience[waitsFor[method]];
    await vi.advanceTimersByTimeAsync(limitMs - 1);
    expect(signal?.aborted).toBe(false);
    // Neovim's own limit is that of a mere answer, unless it is told of another.
    const longer = waitsFor[method] !== 'answer';
    expect(told).toEqual(longer ? [{ kind: 'taken', id: 1, limitMs }] : []);
    await vi.advanceTimersByTimeAsync(1);
    expect(signal?.aborted).toBe(true);
    expect(told.at(-1)).toMatchObject({
      kind: 'reply',
      id: 1,
      ok: false,
      error: { kind: 'timed-out' },
    });
  });
});

describe.each(neovims)('Neovim $version', ({ version }) => {
  it('waits longer than its Node process, which says how long that is', async () => {
    const box = await sandbox();
    const nvim = await startEditor({ version, sandbox: box, cwd: await box.repo() });
    await nvim.lua(`
      _G.limits = {}
      local new_timer = vim.uv.new_timer
      vim.uv.new_timer = function()
        local timer = new_timer()
        return setmetatable({
          start = function(_, limit, ...)
            table.insert(_G.limits, limit)
            return timer:start(limit, ...)
          end,
        }, { __index = function(_, name) return function(_, ...) return timer[name](timer, ...) end end })
      end
      require('tempest').request('session/fork', { session = 'nobody' }, function(failure)
        _G.failure = failure
      end)`);
    await until(() => nvim.lua('return _G.failure'), { what: 'the answer' });
    const limits = await nvim.lua<number[]>('return _G.limits');
    expect(Math.max(...limits)).toBeGreaterThan(patience.programs);
    await box.dispose();
  });
});
