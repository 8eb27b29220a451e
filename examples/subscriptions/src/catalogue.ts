/** Stands in for the services that are subscribed to. To subscribe again to what one has changes nothing. */

const subscribers = new Map<string, Set<string>>();
let requests = 0;

/** Every third request fails. */
export async function createSubscription(
  user: string,
  subscription: string,
  payment: string,
): Promise<void> {
  if (++requests % 3 === 0) throw new Error("the catalogue is busy");
  const paid = `${subscription}, paid with ${payment}`;
  subscribers.set(user, (subscribers.get(user) ?? new Set()).add(paid));
}

/** What a user has subscribed to. */
export function subscriptionsOf(user: string): readonly string[] {
  return [...(subscribers.get(user) ?? [])];
}

/** Lets every test begin with nothing. */
export function forgetSubscriptions(): void {
  subscribers.clear();
  requests = 0;
}
