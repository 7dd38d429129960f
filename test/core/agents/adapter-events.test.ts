// What the events and records of the CLIs mean. Those of gemini 0.61.0, qwen 0.15.10 and copilot
// 1.0.102 were recorded; those of droid and cline are the examples of their documentation:
// https://docs.factory.ai/reference/hooks-reference#hook-input
// https://github.com/cline/cline/blob/main/sdk/examples/hooks/README.md#input
import { describe, expect, it } from 'vitest';
import { readClineEvent } from '../../../src/core/agents/cline.ts';
import { readCopilotHook, readCopilotRecord } from '../../../src/core/agents/copilot-events.ts';
import { readDroidEvent } from '../../../src/core/agents/droid.ts';
import { geminiAgent } from '../../../src/core/agents/gemini.ts';
import { readGeminiRecord } from '../../../src/core/agents/gemini-record.ts';
import { readQwenHook } from '../../../src/core/agents/qwen.ts';
import { readQwenRecord } from '../../../src/core/agents/qwen-record.ts';

const timestamp = '2026-11-24T00:38:52.053Z';
const at = Date.parse(timestamp);

describe('gemini', () => {
  it('tells by its title whether it works, asks or rests', () => {
    const read = (title: string) => geminiAgent().readTitle?.(title.padEnd(80));
    expect(read('◇  Ready (work)')).toEqual({ status: 'idle', activity: '' });
    expect(read('✦  Working… (work)')).toEqual({ status: 'working', activity: '' });
    expect(read('✦  Reading files (work)')).toMatchObject({ activity: 'Reading files' });
    expect(read('✋  Action Required (work)')).toEqual({
      status: 'waiting',
      activity: 'Action Required',
    });
    expect(read('zsh')).toEqual({ status: null, activity: '' });
  });

  it('tells by its record what it said and what it cost', () => {
    const tokens = { input: 100, output: 7, cached: 40, thoughts: 2, tool: 0, total: 109 };
    const line = { id: 'm1', timestamp, type: 'gemini', content: 'Answer 0.', tokens };
    expect(readGeminiRecord(line)).toEqual([
      { kind: 'said', at, message: 'Answer 0.' },
      { kind: 'usage', at, id: 'm1', usage: { input: 60, output: 9, cached: 40, cost: null } },
    ]);
    for (const other of [{ $set: { lastUpdated: timestamp } }, { type: 'user' }, 'x', null]) {
      expect(readGeminiRecord(other)).toEqual([]);
    }
  });

  it('tells by its record what it was asked, and how a turn failed or was cut short', () => {
    const asked = { timestamp, type: 'user', content: [{ text: 'go on' }] };
    expect(readGeminiRecord(asked)).toEqual([{ kind: 'turn-started', at, prompt: 'go on' }]);
    const result = { timestamp, type: 'user', content: [{ functionResponse: { id: 'c1' } }] };
    expect(readGeminiRecord(result)).toEqual([]);
    const noted = (type: string, content: string) => readGeminiRecord({ timestamp, type, content });
    const refused = '{"error":{"code":401,"message":"no such key","status":"UNAUTHENTICATED"}}';
    expect(noted('error', `[API Error: ${refused}]`)).toEqual([
      { kind: 'turn-ended', at, problem: { kind: 'login', text: 'no such key' } },
    ]);
    expect(noted('error', '[API Error: fetch failed]')).toEqual([
      { kind: 'turn-ended', at, problem: { kind: 'api-error', text: 'fetch failed' } },
    ]);
    expect(noted('error', 'Unknown command: /x')).toEqual([]);
    expect(noted('info', 'Request cancelled.')).toEqual([
      { kind: 'turn-ended', at, interrupted: true },
    ]);
    expect(noted('info', 'This request failed.')).toEqual([]);
  });
});

describe('qwen', () => {
  const common = { session_id: 'S', transcript_path: '/records/S.jsonl', cwd: '/tree' };
  const read = (name: string, payload: object) =>
    readQwenHook({ name, payload: { ...common, hook_event_name: name, ...payload }, at: 5 });
  const base = { at: 5, conversation: 'S' };
  const shell = { tool_name: 'run_shell_command', tool_input: { command: 'touch x' } };
  const asked = '["run_shell_command","touch x"]';

  it('tells by its hooks how a turn goes', () => {
    expect(read('SessionStart', { source: 'startup', model: 'stand-in' })).toEqual([
      { ...base, kind: 'ready' },
      { ...base, kind: 'transcript', path: '/records/S.jsonl' },
    ]);
    expect(read('UserPromptSubmit', { prompt: '-make "it"' })).toEqual([
      { ...base, kind: 'turn-started', prompt: '-make "it"' },
    ]);
    expect(read('PreToolUse', { ...shell, tool_use_id: 'call_1' })).toEqual([
      { ...base, kind: 'tool-started', id: 'call_1', tool: 'run_shell_command', text: 'touch x' },
    ]);
    expect(read('PermissionRequest', shell)).toEqual([
      {
        ...base,
        kind: 'asked',
        question: { id: asked, tool: 'run_shell_command', text: 'touch x' },
      },
    ]);
    expect(read('PostToolUse', { ...shell, tool_use_id: 'call_1' })).toEqual([
      { ...base, kind: 'answered', id: asked },
      { ...base, kind: 'tool-ended', id: 'call_1' },
    ]);
    expect(read('Stop', { stop_hook_active: true, last_assistant_message: 'Done.' })).toEqual([
      { ...base, kind: 'turn-ended', message: 'Done.' },
    ]);
    const problem = { kind: 'rate-limit', text: '429 enough' };
    expect(read('StopFailure', { error: 'rate_limit', error_details: '429 enough' })).toEqual([
      { ...base, kind: 'turn-ended', problem },
    ]);
  });

  it('hazard 14: tells by a notice that it rests, also after an interrupt', () => {
    const idle = { notification_type: 'idle_prompt', timestamp };
    expect(read('Notification', idle)).toEqual([{ ...base, at, kind: 'rests' }]);
    expect(read('Notification', { notification_type: 'permission_prompt' })).toEqual([]);
    // After each tool, when the turn goes on.
    expect(read('UserPromptSubmit', { prompt: '' })).toEqual([]);
  });

  it('hazard 18: what a sub-agent does ends no turn', () => {
    expect(read('Stop', { agent_id: 'A' })).toEqual([]);
    expect(read('UserPromptSubmit', { agent_id: 'A' })).toEqual([]);
    expect(read('SubagentStart', { agent_id: 'A' })).toEqual([
      { ...base, kind: 'sub-agent-started', id: 'A' },
    ]);
    expect(read('PreToolUse', { ...shell, agent_id: 'A' })).toMatchObject([{ subAgent: 'A' }]);
  });

  it('tells by its record what a request cost', () => {
    const usageMetadata = {
      promptTokenCount: 100,
      candidatesTokenCount: 7,
      cachedContentTokenCount: 40,
    };
    expect(readQwenRecord({ uuid: 'u', timestamp, type: 'assistant', usageMetadata })).toEqual([
      { kind: 'usage', at, id: 'u', usage: { input: 60, output: 7, cached: 40, cost: null } },
    ]);
    expect(readQwenRecord({ uuid: 'u', timestamp, type: 'system' })).toEqual([]);
  });

  it('tells by its record how a turn goes, for those who have hooks of their own', () => {
    const record = (type: string, line: object) => readQwenRecord({ timestamp, type, ...line });
    const user = { message: { role: 'user', parts: [{ text: 'make it' }] } };
    expect(record('user', user)).toEqual([{ kind: 'turn-started', at, prompt: 'make it' }]);
    expect(record('user', { ...user, subtype: 'notification' })).toEqual([]);
    const call = { id: 'call_1', name: 'run_shell_command', args: { command: 'touch x' } };
    const calls = [{ text: 'So be it.' }, { functionCall: call }];
    expect(record('assistant', { message: { role: 'model', parts: calls } })).toEqual([
      { kind: 'tool-started', at, id: 'call_1', tool: 'run_shell_command', text: 'touch x' },
    ]);
    const response = {
      functionResponse: { id: 'call_1', name: 'run_shell_command', response: {} },
    };
    expect(record('tool_result', { message: { role: 'user', parts: [response] } })).toEqual([
      { kind: 'tool-ended', at, id: 'call_1' },
    ]);
    const words = [{ text: 'Hm.', thought: true }, { text: 'Made.' }];
    expect(record('assistant', { message: { role: 'model', parts: words } })).toEqual([
      { kind: 'turn-ended', at, message: 'Made.' },
    ]);
  });

  it('tells by its record what the model refused, and whether it tries again', () => {
    const refused = (uiEvent: object) =>
      readQwenRecord({
        ...{ timestamp, type: 'system', subtype: 'ui_telemetry' },
        systemPayload: { uiEvent: { 'event.name': 'qwen-code.api_error', ...uiEvent } },
      });
    expect(refused({ status_code: 429, error_message: '429 enough' })).toEqual([
      { kind: 'retrying', at, problem: { kind: 'rate-limit', text: '429 enough' } },
    ]);
    expect(refused({ status_code: 400, error_message: '400 no' })).toEqual([
      { kind: 'turn-ended', at, problem: { kind: 'api-error', text: '400 no' } },
    ]);
    expect(refused({ status_code: 400, error_message: 'x', subagent_name: 'A' })).toEqual([]);
    const aborted = { error_message: 'Request was aborted.', error_type: 'APIUserAbortError' };
    expect(refused(aborted)).toEqual([{ kind: 'turn-ended', at, interrupted: true }]);
  });
});

describe('copilot', () => {
  it('tells by its hooks when a turn begins and ends', () => {
    const read = (name: string, payload: object) =>
      readCopilotHook({ name, payload: { sessionId: 'S', cwd: '/tree', ...payload }, at: 5 });
    const base = { at: 5, conversation: 'S' };
    expect(read('sessionStart', { source: 'new', initialPrompt: 'x' })).toEqual([
      { ...base, kind: 'ready' },
    ]);
    expect(read('userPromptSubmitted', { prompt: 'x' })).toEqual([
      { ...base, kind: 'turn-started', prompt: 'x' },
    ]);
    // A long paste is not what the prompt says.
    const kept = '<pasted_content file="/files/paste-1.txt" size="20.7 KB" lines="521" />';
    expect(read('userPromptSubmitted', { prompt: kept })).toEqual([
      { ...base, kind: 'turn-started' },
    ]);
    expect(read('agentStop', { transcriptPath: '/e.jsonl', stopReason: 'end_turn' })).toEqual([
      { ...base, kind: 'transcript', path: '/e.jsonl' },
      { ...base, kind: 'turn-ended' },
    ]);
  });

  it('tells by its record what is done, asked and answered, said, and spent', () => {
    const read = (type: string, data: object) =>
      readCopilotRecord({ type, data, id: 'E', timestamp, parentId: null });
    const call = { toolCallId: 'call_1', toolName: 'bash', arguments: { command: 'touch x' } };
    expect(read('tool.execution_start', call)).toEqual([
      { kind: 'tool-started', at, id: 'call_1', tool: 'bash', text: 'touch x' },
    ]);
    const words = { message: 'Which colour?', requestedSchema: { type: 'object' } };
    const ask = { toolCallId: 'call_2', toolName: 'ask_user', arguments: words };
    expect(read('tool.execution_start', ask)).toEqual([
      { kind: 'asked', at, question: { id: 'call_2', tool: null, text: 'Which colour?' } },
    ]);
    const permissionRequest = { kind: 'shell', toolCallId: 'call_1', fullCommandText: 'touch x' };
    expect(read('permission.requested', { requestId: 'R', permissionRequest })).toEqual([
      { kind: 'asked', at, question: { id: 'R', tool: 'shell', text: 'touch x' } },
    ]);
    expect(read('permission.completed', { requestId: 'R', result: { kind: 'approved' } })).toEqual([
      { kind: 'answered', at, id: 'R' },
    ]);
    expect(read('tool.execution_complete', { toolCallId: 'call_1', success: true })).toEqual([
      { kind: 'tool-ended', at, id: 'call_1' },
    ]);
    expect(read('assistant.message', { content: 'Made.', toolRequests: [] })).toEqual([
      { kind: 'said', at, message: 'Made.' },
    ]);
    const usage = { inputTokens: 100, outputTokens: 7, cacheReadTokens: 40, cost: 1 };
    expect(read('session.usage_record', { usage })).toEqual([
      { kind: 'usage', at, id: 'E', usage: { input: 60, output: 7, cached: 40, cost: null } },
    ]);
    expect(read('abort', { reason: 'user_initiated' })).toEqual([
      { kind: 'turn-ended', at, interrupted: true },
    ]);
    expect(read('session.error', { message: 'no more', statusCode: 429 })).toEqual([
      { kind: 'turn-ended', at, problem: { kind: 'rate-limit', text: 'no more' } },
    ]);
  });
});

describe('droid', () => {
  const common = { session_id: 'abc123', cwd: '/tree', permission_mode: 'default' };
  const base = { at: 5, conversation: 'abc123' };
  const read = (name: string, payload: object) =>
    readDroidEvent({ name, payload: { ...common, hook_event_name: name, ...payload }, at: 5 });

  it('tells by its hooks how a turn goes, and by a notice that it asks', () => {
    const write = {
      tool_name: 'Write',
      tool_input: { file_path: '/path/to/file.txt', content: 'file content' },
    };
    expect(read('PreToolUse', write)).toMatchObject([
      { ...base, kind: 'tool-started', tool: 'Write', text: '/path/to/file.txt' },
    ]);
    const message = 'Droid needs your permission to use Bash';
    const question = { id: 'notification', tool: 'Bash', text: message };
    expect(read('Notification', { message })).toEqual([{ ...base, kind: 'asked', question }]);
    expect(read('Notification', { message: 'Droid is waiting for your input' })).toEqual([]);
    expect(read('PostToolUse', write)).toContainEqual({
      ...base,
      kind: 'answered',
      id: 'notification',
    });
    expect(read('Stop', { stop_hook_active: false })).toMatchObject([{ kind: 'turn-ended' }]);
  });
});

describe('cline', () => {
  const base = { at: 5, conversation: 'root' };
  const common = {
    clineVersion: '1.0.0',
    taskId: 'conv-123',
    sessionContext: { rootSessionId: 'root' },
    agent_id: 'a1',
    parent_agent_id: null,
  };
  const read = (name: string, payload: object) =>
    readClineEvent({ name, payload: { ...common, ...payload }, at: 5 });
  const tool_call = { id: 'call-456', name: 'read_files', input: { filePath: '/path/to/file.ts' } };

  it('tells by its hooks how a turn goes', () => {
    expect(read('TaskStart', { hookName: 'agent_start' })).toEqual([
      { ...base, kind: 'ready' },
      { ...base, kind: 'turn-started' },
    ]);
    expect(read('UserPromptSubmit', { userPromptSubmit: { prompt: 'x' } })).toEqual([
      { ...base, kind: 'turn-started', prompt: 'x' },
    ]);
    expect(read('PreToolUse', { tool_call })).toEqual([
      {
        ...base,
        kind: 'tool-started',
        id: 'call-456',
        tool: 'read_files',
        text: '/path/to/file.ts',
      },
    ]);
    expect(read('PostToolUse', { tool_result: { id: 'call-456' } })).toEqual([
      { ...base, kind: 'tool-ended', id: 'call-456' },
    ]);
    expect(read('TaskComplete', { turn: { outputText: 'Done.' } })).toEqual([
      { ...base, kind: 'turn-ended', message: 'Done.' },
    ]);
    const problem = { kind: 'login', text: '401 Unauthorized' };
    expect(read('TaskError', { error: { message: '401 Unauthorized' } })).toEqual([
      { ...base, kind: 'turn-ended', problem },
    ]);
    expect(read('TaskCancel', {})).toEqual([{ ...base, kind: 'turn-ended', interrupted: true }]);
  });

  it('hazard 18: what a sub-agent does ends no turn', () => {
    expect(read('TaskComplete', { parent_agent_id: 'a0' })).toEqual([]);
    expect(read('PreToolUse', { tool_call, parent_agent_id: 'a0' })).toMatchObject([
      { subAgent: 'a1' },
    ]);
  });
});
