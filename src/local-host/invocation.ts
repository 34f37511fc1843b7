import { randomUUID } from 'node:crypto';
import { appRegistry, type RegisteredFunction } from './app-registry.ts';
import type { CoreInvocation, ProgrammingModel, RpcHttpResponse, RpcInput } from './rpc-contract.ts';

/** A version 00 `traceparent` of the W3C Trace Context: trace id and parent id must not be all zeros. */
const TRACE_PARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Runs one function once, step by step as the real worker does, hooks included. Resolves with the HTTP answer, or
 * undefined when the function gave none. Rejects with what the function, a hook or the library's conversion threw.
 * `traceParent` is the caller's; one that is no valid W3C value is replaced by a new one.
 */
export async function invoke(
  model: ProgrammingModel,
  { metadata, callback }: RegisteredFunction,
  trigger: string,
  data: RpcInput,
  traceParent?: string,
): Promise<RpcHttpResponse | undefined> {
  const invocationId = randomUUID();
  let context: object | undefined;
  const core: CoreInvocation = {
    invocationId,
    request: {
      invocationId,
      functionId: metadata.name,
      inputData: [{ name: trigger, data }],
      triggerMetadata: {},
      traceContext: { traceParent: validOrNew(traceParent), traceState: '', attributes: {} },
    },
    metadata,
    state: undefined,
    log: (level, category, message) => appRegistry.log(level, category, message, { name: metadata.name, context }),
  };
  const invocation = model.getInvocationModel(core);
  const prepared = await invocation.getArguments();
  context = prepared.context;
  const shared = { hookData: {}, appHookData: appRegistry.appHookData, invocationContext: context };

  const before = { ...shared, functionCallback: callback, inputs: prepared.inputs };
  core.state = 'preInvocationHooks';
  await appRegistry.runHooks('preInvocation', before);

  const after: { result: unknown; error: unknown; readonly inputs: unknown[] } & typeof shared = {
    ...shared,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  core.state = 'invocation';
  try {
    after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    // A function may throw anything, null included: the hooks and the check below need an error.
    after.error = error ?? new Error(`the function threw ${String(error)}`);
  }
  core.state = 'postInvocationHooks';
  await appRegistry.runHooks('postInvocation', after);
  if (after.error !== null && after.error !== undefined) throw after.error;
  return (await invocation.getResponse(context, after.result)).returnValue?.http;
}

function validOrNew(traceParent: string | undefined): string {
  if (traceParent !== undefined && TRACE_PARENT.test(traceParent)) return traceParent;
  const id = randomUUID().replaceAll('-', '');
  return `00-${id}-${id.slice(0, 16)}-00`;
}
