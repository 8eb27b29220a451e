/** Stands in for a service somewhere else that does not always answer. */

const phrases: Readonly<Record<string, string>> = { en: "Hello", fr: "Bonjour", sw: "Habari" };
let lookUps = 0;

/** Two out of three look-ups fail. */
export async function lookUpGreeting(language: string): Promise<string> {
  lookUps++;
  if (lookUps % 3 !== 0) throw new Error("the phrase book does not answer");
  return phrases[language] ?? "Saluton";
}
