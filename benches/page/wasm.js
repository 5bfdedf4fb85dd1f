// A module of plain exports: bytes are written into its memory, a number comes back.
export async function load(url) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch(url), {});
  const { memory, buffer, ...work } = instance.exports;
  return {
    work,
    give(bytes) {
      const at = buffer(bytes.length);
      new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    },
  };
}
