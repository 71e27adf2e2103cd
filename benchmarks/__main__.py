"""`python -m benchmarks`: every benchmark, or those named: `python -m benchmarks chain`."""

import argparse

from benchmarks import (
    chain,
    compiled,
    epoch,
    estimators,
    explorer,
    floor,
    lifting,
    modes,
    own_loop,
    pictures,
    replay,
    scale,
    tiny,
    training_loop,
    transformer,
)

BENCHMARKS = {
    "training_loop": training_loop.main,
    "own_loop": own_loop.main,
    "floor": floor.main,
    "transformer": transformer.main,
    "tiny": tiny.main,
    "chain": chain.main,
    "compiled": compiled.main,
    "epoch": epoch.main,
    "lifting": lifting.main,
    "estimators": estimators.main,
    "modes": modes.main,
    "replay": replay.main,
    "pictures": pictures.main,
    "explorer": explorer.main,
    "scale": scale.main,
}

if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS))
    options.add_argument("--picture", metavar="FILE", help="draw what `modes`, `replay` or `scale` measured")
    chosen = options.parse_args()
    for name in chosen.names or BENCHMARKS:
        if name in ("modes", "replay", "scale") and chosen.picture:
            {"modes": modes, "replay": replay, "scale": scale}[name].main(chosen.picture)
        else:
            BENCHMARKS[name]()
