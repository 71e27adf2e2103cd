"""`python -m benchmarks`: every benchmark, or those named: `python -m benchmarks chain`."""

import sys

from benchmarks import chain, training_loop

BENCHMARKS = {"training_loop": training_loop.main, "chain": chain.main}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHMARKS:
        if name not in BENCHMARKS:
            sys.exit(f"unknown benchmark {name!r}; choose from {', '.join(BENCHMARKS)}")
        BENCHMARKS[name]()
