// Anthropic Messages: https://docs.anthropic.com/en/docs/build-with-claude/streaming
import { nextNumber, type Protocol, type Said, smallest } from './reply.ts';

export const messages: Protocol = {
  ending: '/v1/messages',
  stream: (said) =>
    eventsOf(said).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  refuse: ({ message, type = 'api_error' }) => ({ type: 'error', error: { type, message } }),
};

function eventsOf(said: Said): { type: string; [field: string]: unknown }[] {
  const number = nextNumber();
  const isText = said.kind === 'text';
  const block = isText
    ? { type: 'text', text: '' }
    : { type: 'tool_use', id: `toolu_${number}`, name: said.name, input: {} };
  const delta = isText
    ? { type: 'text_delta', text: said.text }
    : { type: 'input_json_delta', partial_json: JSON.stringify(said.input) };
  const { input, output, cached = 0 } = said.cost ?? smallest;
  const message = {
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model: 'stand-in',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: input - cached, cache_read_input_tokens: cached, output_tokens: 1 },
  };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: isText ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: output },
    },
    { type: 'message_stop' },
  ];
}
