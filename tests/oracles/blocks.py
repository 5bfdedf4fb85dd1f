"""Judges whole blocks with Bitcoin Core's own code (libbitcoinkernel, through py-bitcoinkernel), on a fresh regtest.

Usage: blocks.py FILE, with FILE as Bitcoin Core keeps blocks: magic, length (u32, little-endian), block, one after another.

Output: one line for each block,

    <ok or reason> <height of the active chain> <hash of its tip>

where "ok" says that the active chain grew by this block, and a reason is Core's own short name for the rule broken, such as
"bad-txnmrklroot". Exit code 3 says that py-bitcoinkernel is not installed.
"""

import re
import struct
import sys
import tempfile

try:
    import pbk
except ImportError as error:
    print(f"py-bitcoinkernel: {error}", file=sys.stderr)
    sys.exit(3)

MAGIC = bytes.fromhex("fabfb5da")
REASON = re.compile(r"\b(?!block\b)([a-z]+(?:-[a-z]+)+)\b")


def blocks(data):
    """The blocks of a block file."""
    at = 0
    while at < len(data):
        if data[at : at + 4] != MAGIC:
            raise ValueError(f"byte {at}: not regtest's magic")
        (length,) = struct.unpack("<I", data[at + 4 : at + 8])
        yield data[at + 8 : at + 8 + length]
        at += 8 + length


def reason(log):
    """The short name of the rule broken, from the lines logged while the block was judged."""
    text = "".join(log)
    found = REASON.search(text)
    return found.group(1) if found else f"unknown:{text!r}".replace(" ", "_")


def main():
    log = []
    pbk.set_log_level_category(pbk.LogCategory.VALIDATION, pbk.LogLevel.DEBUG)
    pbk.enable_log_category(pbk.LogCategory.VALIDATION)
    connection = pbk.LoggingConnection(log.append)
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    with tempfile.TemporaryDirectory() as folder:
        context = pbk.make_context(pbk.ChainType.REGTEST)
        options = pbk.ChainstateManagerOptions(context, folder, f"{folder}/blocks")
        options.update_block_tree_db_in_memory(True)
        options.update_chainstate_db_in_memory(True)
        node = pbk.ChainstateManager(options)
        chain = node.get_active_chain()
        for block in blocks(data):
            log.clear()
            before = chain.height
            try:
                node.process_block(pbk.Block(block))
                judged = "ok" if chain.height == before + 1 else reason(log)
            except Exception:  # bytes that are no block, or a block refused
                judged = reason(log)
            print(judged, chain.height, chain.block_tree_entries[chain.height].block_hash)
    del connection


main()
