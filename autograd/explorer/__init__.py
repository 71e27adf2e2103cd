"""A page that answers back: a recorded graph in one HTML file, with its paths, its numbers and its steps to touch."""

from autograd.explorer.exploration import Exploration, explore
from autograd.explorer.javascript import script
from autograd.explorer.page import framed, page_of

__all__ = ["Exploration", "explore", "framed", "page_of", "script"]
