// All contenders in one thread, turn by turn, so that a busy moment of the machine hits each alike.
import { contenders } from "./contenders.js";

onmessage = async ({ data: { rounds, only } }) => {
  try {
    postMessage({ result: await measure(Number(rounds), only) });
  } catch (error) {
    postMessage({ error: `${error}` });
  }
};

async function measure(rounds, only = "") {
  const list = (await contenders()).filter(({ unit }) => unit.includes(only));
  const times = new Map(list.map((contender) => [contender, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const contender of list) {
      const since = performance.now();
      const ran = await contender.run();
      const { done, seconds, ...beside } = ran.seconds ? ran : { done: ran, seconds: (performance.now() - since) / 1000 };
      Object.assign(contender, beside);
      // The first round warms up: modules are compiled twice, the second time well.
      if (round > 0) times.get(contender).push(done / seconds);
    }
    postMessage({ round });
  }
  return list.map((contender) => ({ ...contender, run: undefined, rates: times.get(contender) }));
}
