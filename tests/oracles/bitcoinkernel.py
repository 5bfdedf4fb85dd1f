"""Judges block headers with Bitcoin Core's own code (libbitcoinkernel, through py-bitcoinkernel).

Usage: bitcoinkernel.py NETWORK [work], with NETWORK one of mainnet, testnet3, testnet4, signet, regtest.

Input: one header a line, 160 hexadecimal digits. Output: one line for each,

    <reason> <height of the best header> <hash of the best header>

where the reason is "ok" or Core's own short name for the rule broken, such as "high-hash". Every header that is ok stays,
so that later ones may build on it. With "work" a last line says

    work <expected hashes of the best chain, genesis included>

Core keeps that number to itself: it is added up here along the chain that Core holds for the best, by Core's formula,
2^256 // (target + 1) a header. Exit code 3 says that py-bitcoinkernel is not installed.
"""

import re
import sys
import tempfile

try:
    import pbk
except ImportError as error:
    print(f"py-bitcoinkernel: {error}", file=sys.stderr)
    sys.exit(3)

NETWORKS = {
    "mainnet": pbk.ChainType.MAINNET,
    "testnet3": pbk.ChainType.TESTNET,
    "testnet4": pbk.ChainType.TESTNET_4,
    "signet": pbk.ChainType.SIGNET,
    "regtest": pbk.ChainType.REGTEST,
}

# What Core writes to its validation log when it refuses a header: the function, the hash, the reason.
REFUSED = re.compile(r"AcceptBlockHeader: Consensus::\w+: [0-9a-f]{64}, ([a-z-]+)")
NO_PARENT = re.compile(r"header [0-9a-f]{64} has prev block not found: ")


def reason(log):
    """The short name of the rule broken, from the lines logged while the header was judged."""
    text = "".join(log)
    if found := REFUSED.search(text):
        return found.group(1).rstrip("-")
    return "prev-blk-not-found" if NO_PARENT.search(text) else f"unknown: {text!r}"


def chain_work(entry):
    """The expected hashes of a chain, from its tip down to genesis."""
    total = 0
    while entry is not None:
        bits = entry.block_header.bits
        size, digits = bits >> 24, bits & 0x7FFFFF
        target = digits << 8 * (size - 3) if size > 3 else digits >> 8 * (3 - size)
        total += 2**256 // (target + 1)
        entry = entry.previous if entry.height else None
    return total


def main():
    log = []
    pbk.set_log_level_category(pbk.LogCategory.VALIDATION, pbk.LogLevel.DEBUG)
    pbk.enable_log_category(pbk.LogCategory.VALIDATION)
    connection = pbk.LoggingConnection(log.append)
    with tempfile.TemporaryDirectory() as folder:
        context = pbk.make_context(NETWORKS[sys.argv[1]])
        options = pbk.ChainstateManagerOptions(context, folder, f"{folder}/blocks")
        options.update_block_tree_db_in_memory(True)
        options.update_chainstate_db_in_memory(True)
        chain = pbk.ChainstateManager(options)
        for line in sys.stdin:
            log.clear()
            try:
                chain.process_block_header(pbk.BlockHeader(bytes.fromhex(line.strip())))
                judged = "ok"
            except pbk.ProcessBlockHeaderException:
                judged = reason(log)
            best = chain.best_entry
            print(judged, best.height, best.block_hash)
        if sys.argv[2:] == ["work"]:
            print("work", chain_work(chain.best_entry))
        del chain
    del connection


if __name__ == "__main__":
    main()
