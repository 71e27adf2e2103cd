"""`python -m benchmarks`: every benchmark, or those named: `python -m benchmarks chain`."""

import argparse
from collections.abc import Callable

from benchmarks import (
    chain,
    compiled,
    epoch,
    estimators,
    explorer,
    floor,
    lifting,
    million,
    modes,
    own_loop,
    pictures,
    replay,
    scale,
    tiny,
    training_loop,
    transformer,
)

BENCHMARKS: dict[str, Callable[..., None]] = {
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
    "million": million.main,
    "modes": modes.main,
    "replay": replay.main,
    "pictures": pictures.main,
    "explorer": explorer.main,
    "scale": scale.main,
}

DRAWN = ("modes", "replay", "scale")  # whose `main` takes the file of a picture

if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS))
    options.add_argument("--picture", metavar="FILE", help=f"draw what one of {', '.join(DRAWN)} measured")
    chosen = options.parse_args()
    if chosen.picture and (len(chosen.names) != 1 or chosen.names[0] not in DRAWN):
        options.error(f"--picture is for one of {', '.join(DRAWN)}: name it.")
    for name in chosen.names or BENCHMARKS:
        try:
            BENCHMARKS[name](*[chosen.picture] * (name in DRAWN))
        except (ImportError, SystemExit) as missing:
            print(f"{name} is left out: {missing}")
