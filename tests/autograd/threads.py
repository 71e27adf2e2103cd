"""Several threads at once, for the tests."""

import sys
import threading
from collections.abc import Callable


def at_once(*works: Callable[[], object]) -> None:
    """Run each in its own thread, with turns as short as Python can make them, until all have ended."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
