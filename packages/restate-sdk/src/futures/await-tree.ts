/** What user code waits for, in the words of the protocol: the content of suspension and await messages. */
import type { FutureTree } from "../protocol/messages.js";
import type { ProtocolVersion } from "../protocol/version.js";

export type AwaitLeaf =
  | { readonly kind: "completion"; readonly id: number }
  | { readonly kind: "signal"; readonly idx: number }
  | { readonly kind: "namedSignal"; readonly name: string };

export type AwaitTree =
  | AwaitLeaf
  /** Whenever the source settles, user code runs. */
  | { readonly kind: "mapped"; readonly source: AwaitTree }
  | {
      readonly kind: "combinator";
      readonly combinator: FutureTree["combinator"];
      readonly children: readonly AwaitTree[];
    };

/** The part of a future that await trees are made of. */
interface Child {
  readonly outcome: unknown;
  readonly feedsMapper: boolean;
  awaitTree(known?: KnownFeeders): AwaitTree | undefined;
}

/** What `feedsMapper` says of the futures of one tree: asking costs as much as a future has watchers. */
export type KnownFeeders = Map<unknown, boolean>;

/** What is left of a combinator, or undefined when the server has nothing to deliver for it. */
export function combinatorTree(
  combinator: FutureTree["combinator"],
  futures: readonly Child[],
  known: KnownFeeders = new Map(),
): AwaitTree | undefined {
  const children: AwaitTree[] = [];
  for (const future of futures) {
    const tree = future.outcome === undefined ? future.awaitTree(known) : undefined;
    if (!tree) continue;
    let feeds = known.get(future);
    if (feeds === undefined) known.set(future, (feeds = future.feedsMapper));
    // A mapper that somebody else has made of it runs whether or not the combinator takes notice.
    children.push(feeds ? { kind: "mapped", source: tree } : tree);
  }
  return children.length === 0 ? undefined : { kind: "combinator", combinator, children };
}

/** The message's tree over everything awaited; V5 and V6 know flat lists only, which any arrival satisfies. */
export function toFutureTree(roots: readonly AwaitTree[], version: ProtocolVersion): FutureTree {
  if (version >= 7) {
    return toNode("firstCompleted", [...roots, ...roots.flatMap((root) => hiddenSources(root))]);
  }
  return toNode("firstCompleted", roots.flatMap(leavesOf));
}

/**
 * Sources of mappers below a node that takes no notice of single children: the server must resume for them, too, since
 * what the other children wait for may depend on what the mapper does.
 */
function hiddenSources(tree: AwaitTree, isHidden = false): AwaitTree[] {
  if (tree.kind === "mapped") {
    const inner = hiddenSources(tree.source, isHidden);
    return isHidden ? [tree.source, ...inner] : inner;
  }
  if (tree.kind !== "combinator") return [];
  const hides = isHidden || tree.combinator === "allCompleted";
  return tree.children.flatMap((child) => hiddenSources(child, hides));
}

function toNode(combinator: FutureTree["combinator"], children: readonly AwaitTree[]): FutureTree {
  const completions = new Set<number>();
  const signals = new Set<number>();
  const namedSignals = new Set<string>();
  const nested: FutureTree[] = [];
  for (const child of children) {
    switch (child.kind) {
      case "completion":
        completions.add(child.id);
        break;
      case "signal":
        signals.add(child.idx);
        break;
      case "namedSignal":
        namedSignals.add(child.name);
        break;
      case "mapped":
        // The server cannot know what the mapper makes of it.
        nested.push(toNode("unknown", [child.source]));
        break;
      case "combinator": {
        const mustAsk = dependsOnOutcomes(combinator) && isAmbiguous(child);
        nested.push(toNode(mustAsk ? "unknown" : child.combinator, child.children));
        break;
      }
    }
  }
  return {
    combinator,
    completions: [...completions],
    signals: [...signals],
    namedSignals: [...namedSignals],
    nested,
  };
}

function dependsOnOutcomes(combinator: FutureTree["combinator"]): boolean {
  return combinator === "allSucceededOrFirstFailed" || combinator === "firstSucceededOrAllFailed";
}

/**
 * When several children of a race arrive before a suspension does, the server takes the outcome of the one that the
 * message lists first, although another may be the first in the journal. So it has to resume for any of them.
 */
function isAmbiguous({
  combinator,
  children,
}: Extract<AwaitTree, { kind: "combinator" }>): boolean {
  return combinator === "firstCompleted" && children.length > 1;
}

/** What of it the server can deliver, one by one. */
export function leavesOf(tree: AwaitTree): AwaitLeaf[] {
  if (tree.kind === "mapped") return leavesOf(tree.source);
  return tree.kind === "combinator" ? tree.children.flatMap(leavesOf) : [tree];
}
