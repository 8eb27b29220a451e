/** Takes requests for invocations: finds the one that exists already, or makes a new one. */
import type { InvocationTarget, ValueOrFailure } from "../codec.js";
import { Invocation, type Inheritance, type InvocationRequest } from "./invocation.js";
import { targetId } from "./keyed-stores.js";
import type { Lifecycle } from "./lifecycle.js";
import type { HandlerInfo, ResolvedHandler } from "./services.js";
import type { World } from "./world.js";

export interface Submission {
  readonly invocation: Invocation;
  /** False if workflow key or idempotency key have led to an invocation that exists. */
  readonly isNew: boolean;
}

export class Submissions {
  constructor(
    private readonly world: World,
    private readonly lifecycle: Lifecycle,
  ) {}

  resolve(service: string, handler: string): ResolvedHandler | undefined {
    const info = this.world.services.get(service);
    const found = info?.handlers.get(handler);
    return info === undefined || found === undefined
      ? this.world.options.standIn?.(service, handler)
      : { service: info, handler: found };
  }

  submit(
    request: InvocationRequest,
    resolved: ResolvedHandler,
    inherits?: Inheritance,
  ): Submission {
    const name = nameOf(request, resolved.handler);
    const existing = name === undefined ? undefined : this.world.named.get(name);
    if (existing !== undefined) return { invocation: existing, isNew: false };
    const { world } = this;
    // What has a name is the same invocation whoever called it first.
    const identity = `${world.options.seed} ${name ?? request.identity}`;
    const invocation = new Invocation({ ...request, identity }, resolved, {
      now: world.now,
      version: world.options.version,
      inherits,
    });
    world.add(invocation);
    if (name !== undefined) world.named.set(name, invocation);
    const { id: invocationId, targetName: target } = invocation;
    const { parentId } = request;
    world.history.add({ at: world.now, invocationId, kind: "submitted", target, parentId });
    this.lifecycle.admit(invocation);
    return { invocation, isNew: true };
  }

  find(target: InvocationTarget): Invocation | undefined {
    switch (target.kind) {
      case "invocationId":
        return this.world.invocations.get(target.invocationId);
      case "workflow":
        return this.world.named.get(
          workflowName({
            service: target.workflowName,
            key: target.workflowKey,
            scope: target.scope,
          }),
        );
      case "idempotentRequest":
        return this.world.named.get(
          idempotentName({
            service: target.serviceName,
            key: target.serviceKey,
            handler: target.handlerName,
            scope: target.scope,
            idempotencyKey: target.idempotencyKey,
          }),
        );
    }
  }

  /** Calls back with the result, at once if there is one. */
  onResult(invocation: Invocation, listener: (result: ValueOrFailure) => void): void {
    const { result } = invocation;
    if (result === undefined) invocation.listeners.push(listener);
    else listener(result);
  }
}

function nameOf(request: InvocationRequest, handler: HandlerInfo): string | undefined {
  const { service, key, scope, idempotencyKey } = request;
  if (handler.kind === "workflow") return workflowName({ service, key: key ?? "", scope });
  if (idempotencyKey === undefined) return undefined;
  return idempotentName({ ...request, idempotencyKey });
}

function workflowName(target: {
  readonly service: string;
  readonly key: string;
  readonly scope: string | undefined;
}): string {
  return `workflow ${targetId(target)}`;
}

function idempotentName(target: {
  readonly service: string;
  readonly key: string | undefined;
  readonly handler: string;
  readonly scope: string | undefined;
  readonly idempotencyKey: string;
}): string {
  const { service, key, handler, scope, idempotencyKey } = target;
  return `idempotent ${JSON.stringify([service, key ?? null, handler, scope ?? null, idempotencyKey])}`;
}
