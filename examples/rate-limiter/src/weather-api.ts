/** Stands in for an API that must not be called too often. Every third request fails on the way, and counts all the same. */

export class WeatherApi {
  #requests = 0;

  async ask(city: string): Promise<string> {
    this.#requests++;
    if (this.#requests % 3 === 2) throw new Error("no connection to the weather API");
    return `sunny in ${city}`;
  }
}

export const weatherApi = new WeatherApi();
