"""The figure that every plot of this project draws into."""

import io

import matplotlib.figure


class Figure(matplotlib.figure.Figure):
    """A figure that a notebook shows as it is. Matplotlib's own figures are shown only if pyplot has made them.

    Example:
        >>> figure = Figure(figsize=(3, 2))
        >>> figure.to_png()[1:4]
        b'PNG'
    """

    def to_png(self) -> bytes:
        """The figure as a PNG file."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()

    def _repr_png_(self) -> bytes:
        return self.to_png()
