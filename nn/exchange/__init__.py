"""Networks as files, and as networks of PyTorch."""

from nn.exchange.pytorch import from_torch, to_torch
from nn.exchange.serialization import load, read_json, save, write_json

__all__ = ["from_torch", "load", "read_json", "save", "to_torch", "write_json"]
