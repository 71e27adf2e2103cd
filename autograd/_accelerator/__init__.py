"""The compiled twin of the engine: `engine.pyx` does what `value.py` and `reverse.py` do, as PEP 399 has it.

It is optional. `autograd.ACCELERATED` says whether it runs; AUTOGRAD_PURE=1 in the environment keeps it from running.
"""
