// The published form of the protocol: an OpenRPC document, made from the schemas alone.
import { z } from 'zod';
import { errorKinds } from '../core/errors.ts';
import { sessionSchema } from '../core/session/session.ts';
import { errorCode, maxMessage, protocolVersion } from './constants.ts';
import { codeMeanings, errorMeanings } from './error-meanings.ts';
import {
  agentInfoSchema,
  errorDataSchema,
  findingSchema,
  hunkSchema,
  notifications,
  patchPageSchema,
  repoSchema,
  requests,
  reviewFileSchema,
} from './protocol.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Schemas with a name of their own in the document; the others stand where they are used. */
const named: Record<string, z.ZodType> = {
  Session: sessionSchema,
  Repo: repoSchema,
  AgentInfo: agentInfoSchema,
  DiffFile: reviewFileSchema,
  Hunk: hunkSchema,
  PatchPage: patchPageSchema,
  Finding: findingSchema,
  ErrorData: errorDataSchema,
};

/** Builds the document of https://spec.open-rpc.org (1.3.2) for this version of the package. */
export function openRpc(version: string): JsonObject {
  const components: JsonObject = {};
  const write = (schema: z.ZodType, io: 'input' | 'output') => toJson(schema, io, components);
  for (const schema of Object.values(named)) write(schema, 'output');
  const methods = Object.entries(requests).map(([name, { summary, params, result }]) => ({
    name,
    summary,
    paramStructure: 'by-name',
    params: descriptors(params, 'input', write),
    result: { name: 'result', schema: write(result, 'output') },
    errors: [{ $ref: '#/components/errors/tempest' }],
  }));
  const told = Object.entries(notifications).map(([name, { summary, params }]) => ({
    name,
    summary,
    params: descriptors(params, 'output', write),
  }));
  return {
    openrpc: '1.3.2',
    info: {
      title: 'Tempest',
      version,
      description: 'The protocol of the Tempest daemon. README.md beside this file explains it.',
      license: { name: 'MIT' },
    },
    'x-protocol-version': protocolVersion,
    'x-max-message-bytes': maxMessage,
    methods,
    'x-notifications': told,
    'x-error-kinds': errorKinds.map((kind) => ({ kind, summary: errorMeanings[kind] })),
    components: { errors: errors(), schemas: components },
  };
}

function errors(): JsonObject {
  const entries = Object.entries(errorCode).map(([name, code]) => {
    const message = codeMeanings[name as keyof typeof errorCode];
    return [name, { code, message, data: { $ref: '#/components/schemas/ErrorData' } }];
  });
  return Object.fromEntries(entries) as JsonObject;
}

type Write = (schema: z.ZodType, io: 'input' | 'output') => Json;

function descriptors(params: z.ZodObject, io: 'input' | 'output', write: Write): JsonObject[] {
  return Object.entries(params.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    required: !schema.safeParse(undefined).success,
    ...(schema.description !== undefined && { description: schema.description }),
    schema: write(schema, io),
  }));
}

/** One JSON Schema; named schemas in it become references, and are put into `components`. */
function toJson(schema: z.ZodType, io: 'input' | 'output', components: JsonObject): Json {
  const registry = z.registry<{ id?: string; description?: string }>();
  for (const [id, part] of Object.entries(named)) registry.add(part, { id });
  // As a field, since a schema that has a name would not be written as a reference at the root.
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), {
    metadata: registry,
    io,
    override: ({ zodSchema, jsonSchema }) => {
      const description = z.globalRegistry.get(zodSchema)?.description;
      if (description !== undefined) jsonSchema.description = description;
    },
  }) as unknown as { properties: { it: Json }; $defs?: JsonObject };
  for (const [name, definition] of Object.entries($defs))
    components[name] = refer(withoutId(definition as JsonObject));
  return refer(properties.it);
}

function withoutId({ id: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** `$defs` belong to one schema; in the document all share `components`. */
function refer(json: Json): Json {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
